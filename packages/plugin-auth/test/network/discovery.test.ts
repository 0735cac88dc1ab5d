import assert from 'node:assert/strict'
import {chmod, readdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {discover} from '../../src/network/discovery.ts'
import nock from 'nock'
import {withoutNetwork} from '../../../../test/support/without-network.ts'
import type {Transport} from '../../src/network/http-request.ts'
import {problemOf} from '../support/problems.ts'
import {tempHome} from '../support/temp-home.ts'

const ORIGIN = 'http://127.0.0.1:4711'
const ISSUER = `${ORIGIN}/tenant`
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  revocation_endpoint: `${ISSUER}/revoke`,
  id_token_signing_alg_values_supported: ['RS256'],
  authorization_response_iss_parameter_supported: true,
}

/** What nock can answer: our own transport opens its connections itself, ahead of any request. */
const send: Transport = async ({url}) => {
  const response = await fetch(url, {redirect: 'manual'})
  const body = Buffer.from(await response.arrayBuffer())
  return {status: response.status, headers: Object.fromEntries(response.headers), body}
}

/** Answers by path; notes what was asked. */
function server(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = []
  const reply = ({url}: Request): nock.ReplyFnResult => {
    asked.push(url)
    const found = answers[new URL(url).pathname]
    const [status, body] = typeof found === 'number' ? [found, ''] : [found === undefined ? 404 : 200, found]
    const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '')
    const headers = {'content-type': text.startsWith('<') ? 'text/html' : 'application/json'}
    return [status, text, headers]
  }
  nock.cleanAll()
  nock(ORIGIN).persist().get(/./).optionally().reply(reply)
  return {asked, send}
}

const OPENID = '/tenant/.well-known/openid-configuration'
const OAUTH = '/.well-known/oauth-authorization-server/tenant'

describe('discovering an issuer', () => {
  withoutNetwork()

  it('asks once a day, and keeps the answer where only we can write it', async () => {
    await using home = await tempHome()
    const {asked, send} = server({[OPENID]: METADATA})
    let time = Date.now()
    const options = {homeDir: home.homeDir, send, now: () => time}
    const found = await discover(ISSUER, options)
    assert.equal(found.tokenEndpoint, METADATA.token_endpoint)
    assert.equal(found.revocationEndpoint, METADATA.revocation_endpoint)
    assert.ok(found.openid && found.namesIssuer)
    assert.deepEqual(await discover(ISSUER, options), found)
    assert.equal(asked.length, 1)
    const folder = join(home.homeDir, 'identity', 'discovery')
    const [name] = await readdir(folder)
    assert.match(name!, /^[0-9a-f]{64}\.json$/)
    assert.equal((await stat(join(folder, name!))).mode & 0o777, 0o600)
    await discover(ISSUER, {...options, fresh: true})
    assert.equal(asked.length, 2)
    time += 24 * 3600 * 1000 + 1
    await discover(ISSUER, options)
    assert.equal(asked.length, 3)
    time -= 3600 * 1000
    await discover(ISSUER, options)
    assert.equal(asked.length, 4, 'kept in the future: the clock cannot be trusted')
  })

  it('asks again when what was kept is damaged, foreign or open to others', async () => {
    await using home = await tempHome()
    const {asked, send} = server({[OPENID]: METADATA})
    const options = {homeDir: home.homeDir, send}
    await discover(ISSUER, options)
    const folder = join(home.homeDir, 'identity', 'discovery')
    const file = join(folder, (await readdir(folder))[0]!)
    const kept = await readFile(file, 'utf8')
    const evil = kept.replaceAll(ISSUER, 'https://evil.example.test')
    for (const damage of ['', '{', '[]', 'null', '{"fetchedAt":"now","document":{}}', kept.slice(0, -20), evil]) {
      await writeFile(file, damage)
      const before = asked.length
      assert.equal((await discover(ISSUER, options)).tokenEndpoint, METADATA.token_endpoint)
      assert.equal(asked.length, before + 1, damage)
    }

    await chmod(file, 0o666)
    await discover(ISSUER, options)
    assert.equal(asked.length, 9)
  })

  it('goes on where nothing can be kept', async () => {
    await using home = await tempHome()
    await writeFile(home.homeDir, 'a file in its place')
    const {send} = server({[OPENID]: METADATA})
    assert.equal((await discover(ISSUER, {homeDir: home.homeDir, send})).issuer, ISSUER)
  })

  it('falls back to the address of RFC 8414', async () => {
    await using home = await tempHome()
    const {asked, send} = server({[OAUTH]: {issuer: ISSUER, token_endpoint: `${ISSUER}/token`}})
    const found = await discover(ISSUER, {homeDir: home.homeDir, send})
    assert.deepEqual(
      asked.map((url) => new URL(url).pathname),
      [OPENID, OAUTH],
    )
    assert.deepEqual([found.openid, found.namesIssuer, found.revocationEndpoint], [false, false, undefined])
  })

  it('finds it where the path is appended, or where one document serves the whole host', async () => {
    const found = {issuer: ISSUER, token_endpoint: `${ISSUER}/token`}
    const somebodyElse = {...found, issuer: 'https://id.example.test'}
    for (const answers of [
      {'/tenant/.well-known/oauth-authorization-server': found},
      {'/.well-known/oauth-authorization-server': found},
      {[OPENID]: somebodyElse, [OAUTH]: found},
    ]) {
      await using home = await tempHome()
      const {send} = server(answers)
      assert.equal((await discover(ISSUER, {homeDir: home.homeDir, send})).issuer, ISSUER)
    }
  })

  it('names the place to ask who signed in, unless the token would travel in the open', async () => {
    await using home = await tempHome()
    for (const [userinfo, expected] of [
      [`${ISSUER}/me`, `${ISSUER}/me`],
      ['http://id.example.test/me', undefined],
    ]) {
      const {send} = server({[OPENID]: {...METADATA, userinfo_endpoint: userinfo}})
      const found = await discover(ISSUER, {homeDir: home.homeDir, send, fresh: true})
      assert.equal(found.userinfoEndpoint, expected)
    }
  })

  it('row 44: refuses the metadata of another issuer, a trailing slash included', async () => {
    await using home = await tempHome()
    for (const issuer of ['https://evil.example.test', `${ISSUER}/`, 7, undefined]) {
      const {send} = server({[OPENID]: {...METADATA, issuer}})
      const problem = await problemOf(discover(ISSUER, {homeDir: home.homeDir, send}), 'AUTH_ISSUER_MISMATCH')
      assert.equal(problem.exit, 78)
      const got = typeof issuer === 'string' ? issuer : 'none'
      assert.equal(problem.message, `Issuer mismatch: expected ${ISSUER}, got ${got}.`)
    }
  })

  it('row 44: refuses endpoints over http', async () => {
    await using home = await tempHome()
    for (const name of ['authorization_endpoint', 'token_endpoint', 'revocation_endpoint']) {
      const {send} = server({[OPENID]: {...METADATA, [name]: 'http://id.example.test/x'}})
      await problemOf(discover(ISSUER, {homeDir: home.homeDir, send}), 'AUTH_ENDPOINT_INSECURE')
    }
  })

  it('tells an issuer that is busy from one that is none', async () => {
    await using home = await tempHome()
    const at = (answers: Readonly<Record<string, unknown>>) =>
      discover(ISSUER, {homeDir: home.homeDir, send: server(answers).send})
    for (const busy of [503, 429, '<html>sign in to the airport network</html>'])
      assert.equal((await problemOf(at({[OPENID]: busy}), 'AUTH_UNREACHABLE')).exit, 75)
    assert.equal((await problemOf(at({}), 'AUTH_DISCOVERY')).exit, 78)
    assert.equal((await problemOf(at({[OPENID]: {issuer: ISSUER}}), 'AUTH_DISCOVERY')).exit, 78)
  })
})
