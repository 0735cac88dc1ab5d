import {approve, digest, type Sandbox, startSandbox} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {type HttpResponse, type Transport, send} from '../../src/network/http-request.ts'
import {revokeRefreshToken} from '../../src/network/revoke.ts'
import {deadPort, http, tcp} from '../network/loopback-servers.ts'
import {problemOf} from '../support/problems.ts'
import {LoginStage} from './login-stage.ts'

type Body = Record<string, unknown>

/** The real server, its token answers changed on the way. */
function tampering(change: (body: Body) => unknown): Transport {
  return async (request) => {
    const answer = await send(request)
    if (!request.url.endsWith('/token')) return answer
    const changed = change(JSON.parse(answer.body.toString()) as Body)
    return {...answer, body: Buffer.from(JSON.stringify(changed))} satisfies HttpResponse
  }
}

/** An ID token with other claims; its signature is then wrong, but TLS vouches for it, not the signature. */
function withClaims(body: Body, change: Body): Body {
  const [header, payload, signature] = String(body['id_token']).split('.')
  const claims = {...(JSON.parse(Buffer.from(payload!, 'base64url').toString()) as Body), ...change}
  const changed = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return {...body, id_token: [header, changed, signature].join('.')}
}

describe('a token answer that cannot be accepted', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  const cases: Readonly<Record<string, (body: Body) => unknown>> = {
    'an ID token for another sign-in (nonce)': (body) => withClaims(body, {nonce: 'other'}),
    'an ID token without a nonce': (body) => withClaims(body, {nonce: undefined}),
    'an ID token of another issuer': (body) => withClaims(body, {iss: 'https://evil.example.test'}),
    'an ID token for another client': (body) => withClaims(body, {aud: 'somebody-else', azp: undefined}),
    'an ID token that expired long ago': (body) => withClaims(body, {exp: 1000, iat: 900}),
    'no ID token': ({id_token: _, ...body}) => body,
    'no access token': ({access_token: _, ...body}) => body,
    'a token type that we do not speak': (body) => ({...body, token_type: 'mac'}),
    'a token bound to a key that we do not have': (body) => ({...body, token_type: 'DPoP'}),
  }
  for (const [name, change] of Object.entries(cases)) {
    it(`refuses ${name}, and stores nothing`, async () => {
      await using stage = await LoginStage.open(sandbox.url, {ports: {send: tampering(change)}})
      const result = stage.login()
      await approve(await stage.address())
      const problem = await problemOf(result, 'AUTH_REFUSED')
      assert.match(problem.message, /^Could not complete sign-in; nothing was changed\./)
      assert.deepEqual(stage.committed, [])
    })
  }

  it('accepts the answer as it comes, and one that a slightly wrong clock signed', async () => {
    const now = Math.floor(Date.now() / 1000)
    for (const change of [(body: Body) => body, (body: Body) => withClaims(body, {exp: now - 60})]) {
      await using stage = await LoginStage.open(sandbox.url, {ports: {send: tampering(change)}})
      const result = stage.login()
      await approve(await stage.address())
      assert.ok((await result).subject)
    }
  })

  it('signs in for as long as the token serves when no refresh token was granted', async () => {
    const change = ({refresh_token: _, ...body}: Body): Body => body
    await using stage = await LoginStage.open(sandbox.url, {ports: {send: tampering(change)}})
    const result = stage.login()
    await approve(await stage.address())
    await result
    assert.ok(stage.tokens && stage.tokens.refreshToken === undefined)
  })

  it('counts the lifetime by the clock of the server', async () => {
    const hour = 3600 * 1000
    await using stage = await LoginStage.open(sandbox.url, {ports: {now: () => Date.now() + hour}})
    const result = stage.login()
    await approve(await stage.address())
    const {expiresAt} = await result
    const expected = Date.now() + 604_800_000
    assert.ok(Math.abs(expiresAt!.getTime() - expected) < 60_000)
    assert.ok(Math.abs(stage.tokens!.clockOffsetMs + hour) < 60_000)
  })
})

describe('an issuer that is not the API', () => {
  const issuer = 'https://id.example.test'

  async function signIn(metadata: unknown) {
    await using api = await http(({url}, response) => {
      if (url !== '/.well-known/oauth-protected-resource') return response.writeHead(404).end()
      return response.end(JSON.stringify(metadata))
    })
    const asked: string[] = []
    const apiUrl = `http://127.0.0.1:${api.port}`
    await using stage = await LoginStage.open(apiUrl, {
      ports: {
        async send(request) {
          asked.push(request.url)
          if (request.url.startsWith(apiUrl)) return send(request)
          return {status: 503, headers: {}, body: Buffer.from('')}
        },
      },
    })
    const error = await stage.login({issuer}).catch((reason: unknown) => reason)
    assert.deepEqual(stage.opened, [])
    return {error: error as {code: string; exit: number; message: string}, asked, apiUrl}
  }

  it('is refused before the browser opens when the API names others (RFC 9728)', async () => {
    const {error, asked, apiUrl} = await signIn({authorization_servers: ['https://login.example.test']})
    assert.deepEqual([error.code, error.exit], ['AUTH_ISSUER_REFUSED', 78])
    assert.equal(error.message, `${apiUrl} accepts tokens of https://login.example.test, not of ${issuer}.`)
    assert.equal(asked.length, 1, 'the issuer must not be asked')
  })

  it('is asked when the API names it, or names none', async () => {
    for (const metadata of [{authorization_servers: [`${issuer}/`]}, {}, [], {authorization_servers: 'x'}])
      assert.equal((await signIn(metadata)).error.code, 'AUTH_UNREACHABLE')
  })
})

describe('revoking a refresh token', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  it('ends the session at the service with one request that says what it is', async () => {
    await using stage = await LoginStage.open(sandbox.url)
    const result = stage.login()
    await approve(await stage.address())
    await result
    const {revocationEndpoint, clientId} = stage.committed[0]!.binding
    const refreshToken = stage.tokens!.refreshToken!
    const outcome = await revokeRefreshToken({revocationEndpoint: revocationEndpoint!, clientId, refreshToken})
    assert.equal(outcome, 'revoked')
    assert.equal(sandbox.liveRefreshTokens(sandbox.users.admin.id), 0)
    assert.equal(sandbox.counters.revocations, 1)
    const [revocation] = sandbox.journal.revocations
    assert.deepEqual([revocation?.hint, revocation?.presented], ['refresh_token', digest(refreshToken)])
  })

  it('tells what it knows of the outcome, and never asks twice', async () => {
    let requests = 0
    const answering = (status: number, body: string) =>
      http((_request, response) => {
        requests += 1
        response.writeHead(status).end(body)
      })
    const at = (port: number) =>
      revokeRefreshToken({revocationEndpoint: `http://127.0.0.1:${port}/`, clientId: 'c', refreshToken: 'r'})
    for (const [status, body, outcome] of [
      [400, '{"error":"invalid_request"}', 'refused'],
      [400, '<html>', 'unknown'],
      [500, '{"error":"server_error"}', 'unknown'],
      [302, '', 'unknown'],
    ] as const) {
      requests = 0
      await using server = await answering(status, body)
      assert.equal(await at(server.port), outcome, String(status))
      assert.equal(requests, 1)
    }

    await using cut = await tcp((socket) => socket.once('data', () => socket.resetAndDestroy()))
    assert.equal(await at(cut.port), 'unknown')
    assert.equal(await at(await deadPort()), 'not-sent')
  })
})
