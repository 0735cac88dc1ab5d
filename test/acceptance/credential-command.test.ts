import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {watch} from 'node:fs'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {obtainTokens, startSandbox, type Sandbox} from '@superset/sandbox'
import {Answers, COMMAND, NOISE} from '../../packages/plugin-auth-command/test/support/command.ts'
import {CLI, Home, type Run} from '../support/cli.ts'
import {COMMAND_PLUGIN, packageFiles, setCommand} from '../support/command-plugin.ts'
import {readPlaces} from '../support/file-places.ts'
import {LeakSearch} from '../support/leak-search.ts'
import {Registry} from '../support/registry.ts'
import {assertSucceeded} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'
import {errorOf} from '../support/stored-key.ts'
import {itInFull} from '../support/matrix.ts'

const README = path.resolve(import.meta.dirname, '../../packages/plugin-auth-command/README.md')
const RUNS = 10

describe('sessions from an external credential command', () => {
  let sandbox: Sandbox
  let registry: Registry
  let home: Home
  let env: Record<string, string>
  let token: string
  let answers: Answers
  /** Everything that any run printed. */
  const printed: Run[] = []

  before(async () => {
    sandbox = await startSandbox()
    registry = await Registry.start()
    for (const folder of ['identity', 'plugin-auth-command']) registry.publish(await packageFiles(folder))
    home = await Home.createResident()
    env = {SUPERSET_NPM_REGISTRY: registry.url, npm_config_update_notifier: 'false'}
    assertSucceeded(await home.run(['plugins', 'install', COMMAND_PLUGIN], {env}))
    env = {SUPERSET_IDENTITY: COMMAND_PLUGIN}
    token = (await obtainTokens(sandbox.url)).access_token
    const folder = path.join(process.env['TMPDIR'] ?? '', 'answers')
    await mkdir(folder)
    answers = new Answers(folder)
  })
  after(async () => {
    await home[Symbol.asyncDispose]()
    await registry[Symbol.asyncDispose]()
    await sandbox.close()
  })

  /** A run of `tasks list`, if nothing else is asked for, with a command that behaves so. */
  async function run(settings: object, args = ['tasks', 'list', '--json']): Promise<Run> {
    await setCommand(home, {apiUrl: sandbox.url, ...settings})
    const done = await home.run(args, {env})
    printed.push(done)
    return done
  }

  const acting = (...args: string[]) => ({command: process.execPath, args: [COMMAND, ...args]})

  it('the plugin is chosen, and says what it would ask: `auth status`, offline', async () => {
    const status = await run(acting('exit', '1'), ['auth', 'status', '--json'])
    assertSucceeded(status)
    const found = JSON.parse(status.stdout) as {source: string; identity: {plugin: string}}
    assert.deepEqual([found.source, found.identity.plugin], ['command', COMMAND_PLUGIN])
  })

  itInFull('not configured: it says what to write where', async () => {
    const done = await home.run(['tasks', 'list', '--json', '--profile', 'other'], {env})
    assert.deepEqual([done.code, errorOf(done).code], [4, 'AUTH_REQUIRED'])
    assert.match(errorOf(done).suggestions.join(), /cli\/profiles\/other\.json/)
  })

  it('the sandbox takes the token; the command is told in the words of Kubernetes what is wanted', async () => {
    await answers.are({apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: {token}})
    const done = await run(answers.settings)
    assertSucceeded(done)
    assert.ok((JSON.parse(done.stdout) as unknown[]).length > 0)
    const asked = await answers.asked()
    assert.deepEqual(
      asked.map(({exec}) => exec.spec),
      [{interactive: false, cluster: {server: sandbox.url}}],
    )
  })

  it('after a 401 the command is asked once more, and the run succeeds', async () => {
    await answers.are({version: 1, token: `${token.slice(0, -8)}AAAAAAAA`}, {version: 1, token})
    assertSucceeded(await run(answers.settings))
    assert.deepEqual(
      (await answers.asked()).map(({request}) => request.refused),
      [false, true],
    )
  })

  it('the API refuses all that the command gives: sign-in needed, asked twice in all', async () => {
    await answers.are({version: 1, token: `${token.slice(0, -8)}AAAAAAAA`})
    const done = await run(answers.settings)
    assert.deepEqual([done.code, errorOf(done).code], [4, 'AUTH_REFUSED'])
    assert.match(errorOf(done).message, /credential command/)
    assert.equal((await answers.asked()).length, 2)
  })

  itInFull('a command that hangs is ended, and the run may be tried again', async () => {
    const done = await run({...acting('hang', `${answers.file}.pids`), deadlineSeconds: 1})
    assert.deepEqual([done.code, errorOf(done).code], [75, 'AUTH_COMMAND_TIMEOUT'])
  })

  itInFull('Ctrl-C ends the command, and the run as it would have without one', async () => {
    const folder = path.dirname(answers.file)
    await setCommand(home, {apiUrl: sandbox.url, ...acting('wait', path.join(folder, 'pid'))})
    const watcher = watch(folder)
    const started = home.start(['tasks', 'list', '--json'], {env})
    while ((await once(watcher, 'change'))[1] !== 'pid');
    watcher.close()
    started.child.kill('SIGINT')
    const done = await started.ended
    printed.push(done)
    assert.deepEqual([done.signal, done.stdout], ['SIGINT', ''])
    const pid = Number(await readFile(path.join(folder, 'pid'), 'utf8'))
    assert.throws(() => process.kill(pid, 0), {code: 'ESRCH'})
  })

  it('a command that prints a token and no JSON, or fails while it prints it: nothing of it is shown', async () => {
    const garbage = await run(acting('say', token))
    assert.deepEqual([garbage.code, errorOf(garbage).code], [78, 'AUTH_COMMAND_OUTPUT'])
    const failed = await run(acting('exit', '1', token))
    assert.deepEqual([failed.code, errorOf(failed).code], [78, 'AUTH_COMMAND_FAILED'])
    const signedOut = await run(acting('exit', '4', token))
    assert.deepEqual([signedOut.code, errorOf(signedOut).code], [4, 'AUTH_REQUIRED'])
    assert.match(errorOf(signedOut).suggestions.join(), /takes its credential from/)
    const login = await run(acting('exit', '4', token), ['auth', 'login', '--json'])
    assert.deepEqual([login.code, errorOf(login).code], [78, 'AUTH_NOT_SUPPORTED'])
    assert.match(errorOf(login).suggestions.join(), /takes its credential from/)
    // Traces for developers hold nothing of it either.
    await setCommand(home, {apiUrl: sandbox.url, ...acting('say', '{"version":1,')})
    printed.push(await home.run(['tasks', 'list'], {env: {...env, DEBUG: '*'}}))
  })

  it('SUPERSET_API_URL does not lead its credential elsewhere', async () => {
    await setCommand(home, {apiUrl: sandbox.url, ...answers.settings})
    const done = await home.run(['tasks', 'list', '--json'], {env: {...env, SUPERSET_API_URL: 'http://127.0.0.1:9'}})
    assert.deepEqual([done.code, errorOf(done).code], [78, 'ORIGIN_MISMATCH'])
  })

  it(`${RUNS} runs at once, with the README's shell script: ${RUNS} successes`, async () => {
    const [, script] = /^```sh\n(#!.*?)^```/ms.exec(await readFile(README, 'utf8')) ?? []
    const bin = path.join(path.dirname(answers.file), 'bin')
    await mkdir(bin)
    await writeFile(path.join(bin, 'acme-token'), script ?? '', {mode: 0o755})
    await writeFile(path.join(bin, 'secret'), token)
    await writeFile(path.join(bin, 'pass'), `#!/bin/sh\necho ${NOISE} >&2\ncat ${bin}/secret\n`, {mode: 0o755})
    await setCommand(home, {apiUrl: sandbox.url, command: 'acme-token'})
    const all = {...env, PATH: [bin, process.env['PATH']].join(path.delimiter)}
    const runs = await Promise.all(
      Array.from({length: RUNS}, () => home.start(['tasks', 'list', '--json'], {env: all}).ended),
    )
    for (const done of runs) assertSucceeded(done)
    printed.push(...runs)
  })

  itInFull('at a terminal the command may ask, and its stderr is shown', async function () {
    if (spawnSync('script', ['--version']).status !== 0) skip(this, 'needs `script` of util-linux for a terminal')
    const ask = path.join(path.dirname(answers.file), 'ask')
    await writeFile(ask, `#!/bin/sh\nprintf 'PIN: ' >&2\nread -r pin\nprintf '{"version":1,"token":"%s"}' "$pin"\n`, {
      mode: 0o755,
    })
    await setCommand(home, {apiUrl: sandbox.url, command: ask, interactive: 'always'})
    // `sh` takes what `start` appends as $0 and so on.
    const typescript = `exec script --quiet --return --echo never --command '${process.execPath} ${CLI} auth token' /dev/null`
    const started = home.start([], {env: {...env, TERM: 'dumb'}, keepStdin: true, prefix: ['sh', '-c', typescript]})
    started.child.stdout?.on('data', () => {
      if (started.stdout.includes('PIN: ')) started.child.stdin?.end('1234-of-a-person\n')
    })
    const done = await started.ended
    assert.equal(done.code, 0, done.stdout)
    assert.match(done.stdout, /PIN: /)
    assert.match(done.stdout, /1234-of-a-person/)
  })

  it('neither the token nor what the command says on stderr was shown or kept anywhere', async () => {
    assert.ok(printed.length > RUNS)
    const search = new LeakSearch([
      {name: 'token', value: token},
      {name: 'stderr', value: NOISE},
    ])
    const said = printed.map(({stdout, stderr}, index) => ({name: `run ${index}`, bytes: Buffer.from(stdout + stderr)}))
    assert.deepEqual(search.find([...said, ...(await readPlaces(home.path, 'home'))]), [])
  })
})
