import assert from 'node:assert/strict'
import {type ChildProcessByStdio, spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer} from 'node:http'
import {type AddressInfo} from 'node:net'
import {mkdtempDisposable, readdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {type Readable} from 'node:stream'
import {text} from 'node:stream/consumers'
import {after, before, describe, it} from 'mocha'
import {authorizationRequest, type Sandbox, startSandbox} from '../src/index.ts'

type Program = ChildProcessByStdio<null, Readable, Readable>

const BIN = path.join(import.meta.dirname, '..', 'bin')

function start(program: string, args: readonly string[], env: Record<string, string> = {}): Program {
  return spawn(process.execPath, [path.join(BIN, program), ...args], {env, stdio: ['ignore', 'pipe', 'pipe']})
}

async function run(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = start(program, args, env)
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (child.exitCode === null) await once(child, 'exit')
  return {exit: child.exitCode, out, error}
}

describe('bin/approve.js', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  it('stands in for a browser: signs in and ends at the client', async () => {
    const client = createServer((_, response) => response.end('thanks')).listen(0, '127.0.0.1')
    await once(client, 'listening')
    const arrived = once(client, 'request')
    const redirectUri = `http://127.0.0.1:${(client.address() as AddressInfo).port}/callback`
    const {url} = authorizationRequest(sandbox.url, {redirect_uri: redirectUri})
    const result = await run('approve.js', [url.href])
    client.close()
    assert.deepEqual(result, {exit: 0, out: '', error: ''})
    const [request] = (await arrived) as [{url: string}]
    assert.match(request.url, /^\/callback\?code=\w{32}&state=/)
  })

  it('prints the code when it ends at the paste page', async () => {
    const {url} = authorizationRequest(sandbox.url)
    const {exit, out} = await run('approve.js', [url.href], {SANDBOX_ORGANIZATION: 'acme'})
    assert.equal(exit, 0)
    assert.match(out, new RegExp(`^\\w{32}#${url.searchParams.get('state')}\n$`))
  })

  it('denies when asked to, and fails with one line when it cannot go on', async () => {
    const denied = await run('approve.js', [authorizationRequest(sandbox.url).url.href], {SANDBOX_DECISION: 'deny'})
    assert.deepEqual([denied.exit, denied.out], [0, ''])
    const failed = await run('approve.js', [authorizationRequest(sandbox.url).url.href], {SANDBOX_PASSWORD: 'wrong'})
    assert.equal(failed.exit, 1)
    assert.match(failed.error, /^The service refused admin@local\.test: .*\n$/)
    assert.equal((await run('approve.js', [])).exit, 1)
    const gone = await run('approve.js', ['http://127.0.0.1:1/'])
    assert.equal(gone.exit, 1)
    assert.match(gone.error, /ECONNREFUSED/)
  })
})

describe('bin/sandbox.js', () => {
  it('says what to type next, keeps its data, and stops cleanly on Ctrl-C', async () => {
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'sandbox-'))
    const homeDir = path.join(folder.path, 'home')
    const args = ['--port', '0', '--database', path.join(folder.path, 'superset.db'), '--home-dir', homeDir]
    const first = await startAndStop(args)
    const second = await startAndStop(args)
    for (const {exit, out, error} of [first, second]) {
      assert.deepEqual([exit, error], [0, ''])
      assert.match(out, /export SUPERSET_API_URL=http:\/\/127\.0\.0\.1:\d+\n/)
      assert.ok(out.includes(`export SUPERSET_HOME_DIR='${homeDir}'\n`))
      assert.match(out, /alias superset="\S*node \$PWD\/bin\/run\.js"\n {2}superset auth login/)
      assert.match(out, /The sandbox has stopped\.\n$/)
    }

    // Its host has left its empty folder behind: no manifest that is not true.
    const left = await readdir(path.join(homeDir, 'host'), {recursive: true})
    assert.equal(left.length, 1)
    const key = /sk_live_\w{64}/
    assert.equal(key.exec(first.out)?.[0], key.exec(second.out)?.[0])
  })

  it('refuses options that it does not know, and a port that is taken', async () => {
    for (const args of [
      ['--prot', '1'],
      ['--port', 'x'],
      ['--port', '70000'],
      ['--access-token-seconds', '0'],
    ]) {
      const {exit, error} = await run('sandbox.js', args)
      assert.equal(exit, 2, args.join(' '))
      assert.match(error, /^usage: /)
    }

    await using sandbox = await startSandbox()
    const {exit, error} = await run('sandbox.js', ['--port', new URL(sandbox.url).port])
    assert.equal(exit, 1)
    assert.match(error, /is in use/)
  })
})

async function startAndStop(args: readonly string[]) {
  const child = start('sandbox.js', args)
  let out = ''
  let error = ''
  child.stderr.on('data', (chunk) => (error += String(chunk)))
  const closed = once(child, 'close')
  for await (const chunk of child.stdout) {
    out += String(chunk)
    if (/Press Ctrl-C/.test(out) && !child.killed) child.kill('SIGINT')
  }

  await closed
  return {exit: child.exitCode, out, error}
}
