import assert from 'node:assert/strict'
import {accountOf} from '../../src/signin/account.ts'
import {NetworkFailure} from '@superset/identity/network'
import type {Transport} from '../../src/network/http-request.ts'

const metadata = {userinfoEndpoint: 'https://id.example.test/me'}
const jwt = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`

function issuer(claims: object, status = 200) {
  const asked: string[] = []
  const send: Transport = async ({headers}) => {
    asked.push(headers?.['authorization'] ?? '')
    return {status, headers: {}, body: Buffer.from(JSON.stringify(claims))}
  }
  return {asked, send}
}

describe('whom a new session belongs to', () => {
  const of = (
    idClaims: Record<string, unknown> | undefined,
    accessToken: string,
    send: Transport,
    accountClaim?: string,
  ) => accountOf({idClaims, accessToken, accountClaim}, metadata, send)

  it('is what the ID token says; nobody is asked', async () => {
    const {asked, send} = issuer({})
    const id = {sub: '7', name: 'Ada', preferred_username: 'ada', email: 'ada@x.test'}
    assert.deepEqual(await of(id, 'opaque', send), {subject: '7', account: 'ada@x.test'})
    assert.deepEqual(await of(id, 'opaque', send, 'name'), {subject: '7', account: 'Ada'})
    assert.deepEqual(await of({sub: '7'}, jwt({upn: 'ADA'}), send, 'upn'), {subject: '7', account: 'ADA'})
    assert.deepEqual(asked, [])
  })

  it('is asked of the issuer where there is no ID token, or the named claim is not in it', async () => {
    const {asked, send} = issuer({sub: '7', email: 'ada@x.test', upn: 'ADA'})
    assert.deepEqual(await of(undefined, 'opaque', send), {subject: '7', account: 'ada@x.test'})
    assert.deepEqual(await of({sub: '7'}, 'opaque', send, 'upn'), {subject: '7', account: 'ADA'})
    assert.deepEqual(asked, ['Bearer opaque', 'Bearer opaque'])
  })

  it('is never what the issuer says of somebody else', async () => {
    const {send} = issuer({sub: '8', upn: 'EVE'})
    assert.deepEqual(await of({sub: '7'}, 'opaque', send, 'upn'), {subject: '7', account: '7'})
  })

  it('is stored and compared as it came, however much it looks like a token', async () => {
    const {send} = issuer({})
    for (const email of ['jane.doe@engineering.example-company.com', `${'a'.repeat(300)}@x.test`]) {
      assert.equal((await of({sub: '7', email}, 'opaque', send)).account, email)
    }

    for (const sub of ['5f2b1c9e-7d1f-4a57-9f0e-1c2d3e4f5a6b', 'auth0|5f2b1c9e7d1f4a579f0e1c2d', jwt({}) + jwt({})]) {
      assert.deepEqual(await of({sub}, 'opaque', send), {subject: sub, account: sub})
    }
  })

  it('is not a text of a megabyte', async () => {
    const id = {sub: '7', email: 'a'.repeat(1_000_000), name: ' '}
    assert.deepEqual(await of(id, 'opaque', issuer({}).send), {subject: '7', account: '7'})
  })

  it('row 42: may have another name at the API: that says nothing against what userinfo tells', async () => {
    const {send} = issuer({sub: 'pairwise-1', email: 'ada@x.test'})
    assert.deepEqual(await of(undefined, jwt({sub: '7'}), send), {subject: '7', account: 'ada@x.test'})
  })

  it('may stay unknown: no answer spoils the sign-in', async () => {
    const failure = new NetworkFailure({phase: 'sent', kind: 'reset', host: 'id.example.test', detail: ''})
    assert.deepEqual(await of(undefined, 'opaque', issuer({error: 'x'}, 401).send), {})
    assert.deepEqual(await of(undefined, jwt({sub: '7'}), () => Promise.reject(failure)), {subject: '7', account: '7'})
  })
})
