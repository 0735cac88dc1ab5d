import assert from 'node:assert/strict'
import {type Sandbox, startSandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {deadAddress} from '../support/counting-server.ts'
import {sandboxEnvironment, STORAGE_KEY} from '../support/signed-in.ts'

/** Text that people put where it does not belong, in forms that no pattern knows. */
const HOSTILE = String.raw`words "in" quotes\7781`

describe('a trace of requests', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox?.close())

  it('tells method, address, status and time of each, and no secret, for a command and for a sign-in', async () => {
    await using home = await Home.createResident()
    const env = {...sandboxEnvironment(sandbox), SUPERSET_STORAGE_KEY: STORAGE_KEY, SUPERSET_DEBUG: '1'}
    const login = await home.run(['auth', 'login', '--storage', 'key'], {env})
    assert.equal(login.code, 0, login.stderr)
    const listed = await home.run(['tasks', 'list', '--search', HOSTILE, '--json'], {env})
    assert.equal(listed.code, 0, listed.stderr)
    const line = (method: string, path: string) =>
      new RegExp(`^${method} ${sandbox.url}${path} 200, \\d+ ms(?:, request id \\S+)?$`, 'm')
    assert.match(login.stderr, line('GET', '/\\.well-known/[\\w-]+'))
    assert.match(login.stderr, line('POST', '/api/auth/oauth2/token'))
    assert.match(listed.stderr, line('GET', '/api/trpc/task\\.list'))
    assert.doesNotThrow(() => JSON.parse(listed.stdout))
    const token = (await home.run(['auth', 'token'], {env})).stdout.trim()
    for (const traces of [login.stderr, listed.stderr]) {
      const told = traces.split('\n').filter((one) => / \d+ ms/.test(one))
      assert.doesNotMatch(told.join('\n'), /[?#]|7781|code=|eyJ|bearer/i)
      for (const secret of [token, STORAGE_KEY]) assert.ok(!traces.includes(secret))
    }
  })

  it('is told for one run by --verbose, before the command or behind it, where the command has none of its own', async () => {
    await using home = await Home.createResident()
    const env = {...sandboxEnvironment(sandbox), SUPERSET_API_KEY: sandbox.apiKey}
    for (const argv of [
      ['--verbose', 'organization', 'list'],
      ['organization', 'list', '--verbose'],
    ]) {
      const {code, stderr} = await home.run(argv, {env})
      assert.equal(code, 0, stderr)
      assert.match(stderr, /^GET \S+\/user\.myOrganizations 200, \d+ ms/m)
      assert.ok(!stderr.includes(sandbox.apiKey))
    }

    const quiet = await home.run(['organization', 'list'], {env})
    assert.equal(quiet.stderr, '')
  })

  it('says why there was no answer', async () => {
    await using home = await Home.createResident()
    const env = {SUPERSET_API_URL: await deadAddress(), SUPERSET_API_KEY: HOSTILE.replaceAll(' ', '-')}
    const {stderr} = await home.run(['--verbose', 'auth', 'whoami'], {env})
    assert.match(stderr, /^GET http:\/\/127\.0\.0\.1:\d+\/api\/trpc\/user\.me no answer: refused, \d+ ms$/m)
    assert.ok(!stderr.includes('7781'), stderr)
  })
})
