import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {createHash, randomBytes} from 'node:crypto'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {startSandbox, UNAUTHORIZED, type Fault, type Sandbox} from '@superset/sandbox'
import type {Storage} from '@superset/identity'
import type {KeyringSession} from '../../packages/plugin-auth/test/support/keyring-session.ts'
import {Home, type Run, type Started} from './cli.ts'
import {readPlaces} from './file-places.ts'
import type {Place, Secret} from './leak-search.ts'
import {ProcessWatch, watchingMissing} from './process-watch.ts'
import {sandboxEnvironment} from './signed-in.ts'
import {Wiretap} from './wiretap.ts'

export const SECRET_VARIABLES = [
  ...['SUPERSET_API_KEY', 'SUPERSET_STORAGE_KEY', 'SUPERSET_TOKEN'],
  // A workload's: the bearer of GitHub Actions, and the token itself.
  ...['ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SUPERSET_ID_TOKEN'],
]

const ASK_KEYCHAIN = path.resolve(import.meta.dirname, '../../packages/plugin-auth/test/support/ask-keychain.ts')

/** All that was left behind where anybody might look, and all that must not be there. */
export interface Life {
  readonly secrets: readonly Secret[]
  readonly files: readonly Place[]
  /** What was printed, but for what `auth token` is there to print. */
  readonly outputs: readonly Place[]
  readonly token: Place
  /** Absent where processes cannot be watched. */
  readonly watch: ProcessWatch | undefined
  /** Commands that the test started itself, with secrets in their environment as a person has them. */
  readonly byHand: ReadonlySet<number>
}

/** One session after the other goes through all that can happen to one; what it leaves is collected on the way. */
export async function liveThroughEverything(storage: Storage, keyring?: KeyringSession): Promise<Life> {
  await using sandbox = await startSandbox()
  await using home = await Home.create()
  using stage = new Stage(storage, sandbox, home, keyring)
  await stage.prepare()
  await stage.signIn()
  await stage.use()
  await stage.refreshWatched()
  await stage.refreshKilled()
  await stage.failToRefresh()
  await stage.useKey()
  await stage.signOut()
  return stage.life()
}

/** What another storage may do otherwise: it keeps its key elsewhere, and hands it to the refresh helper. */
export async function liveThroughRefresh(storage: Storage, keyring: KeyringSession): Promise<Life> {
  await using sandbox = await startSandbox()
  await using home = await Home.create()
  using stage = new Stage(storage, sandbox, home, keyring)
  await stage.prepare()
  await stage.signIn()
  await stage.use()
  await stage.refreshWatched()
  await stage.signOut()
  return stage.life()
}

export async function liveBriefly(storage: Storage): Promise<Life> {
  await using sandbox = await startSandbox()
  await using home = await Home.create()
  using stage = new Stage(storage, sandbox, home)
  await stage.prepare()
  await stage.signIn()
  await stage.use()
  await stage.signOut()
  return stage.life()
}

class Stage implements Disposable {
  readonly #storage: Storage
  readonly #sandbox: Sandbox
  readonly #home: Home
  readonly #keyring: KeyringSession | undefined
  readonly #wiretap: Wiretap
  readonly #watch: ProcessWatch | undefined
  readonly #exported: Readonly<Record<string, string>>
  readonly #storageKeys: Buffer[] = []
  readonly #byHand = new Set<number>()
  readonly #files = new Map<string, Place>()
  readonly #outputs: Place[] = []
  #token: Place | undefined

  constructor(storage: Storage, sandbox: Sandbox, home: Home, keyring?: KeyringSession) {
    this.#storage = storage
    this.#sandbox = sandbox
    this.#home = home
    this.#keyring = keyring
    this.#wiretap = new Wiretap(sandbox.url)
    this.#watch = watchingMissing() === undefined ? new ProcessWatch(home.path) : undefined
    // Made up: a command that uses one of them instead of the session fails.
    this.#exported = {
      SUPERSET_API_KEY: `sk_live_${randomBytes(24).toString('hex')}`,
      SUPERSET_TOKEN: randomBytes(48).toString('base64url'),
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: randomBytes(48).toString('base64url'),
      SUPERSET_ID_TOKEN: randomBytes(48).toString('base64url'),
    }
    if (storage === 'key') this.#storageKeys.push(randomBytes(32))
  }

  /** Everything that is written ends below this home; the browser leaves its environment there, too. */
  async prepare(): Promise<void> {
    await mkdir(path.join(this.#home.path, 'tmp'))
    const {BROWSER} = sandboxEnvironment(this.#sandbox)
    const browser = `#!/bin/sh\nenv > "$HOME/environment-of-browser-$$"\nexec '${BROWSER}' "$1"\n`
    await writeFile(path.join(this.#home.path, 'browser.sh'), browser, {mode: 0o700})
  }

  async signIn(): Promise<void> {
    const login = ['auth', 'login', '--json', '--storage', this.#storage]
    await this.#succeed(login, {...this.#exported, DEBUG: '*'})
    if (this.#storage === 'keychain') this.#storageKeys.push(await this.#keyInKeyring())
  }

  async use(): Promise<void> {
    for (const DEBUG of ['', '*']) {
      for (const command of [
        ['tasks', 'list'],
        ['auth', 'whoami'],
        ['auth', 'status'],
      ]) {
        await this.#succeed(command, {DEBUG})
        await this.#succeed([...command, '--json'], {DEBUG})
      }
    }

    const {stdout} = await this.#end(this.#start(['auth', 'token'], {}), ['stderr'])
    this.#token = {name: 'auth token', bytes: Buffer.from(stdout)}
    // What the person exported is not accepted, and not repeated either.
    for (const name of ['SUPERSET_API_KEY', 'SUPERSET_TOKEN']) {
      const run = await this.#run(['tasks', 'list', '--json'], {[name]: this.#exported[name] ?? '', DEBUG: '*'})
      assert.notEqual(run.code, 0, 'a made-up credential was accepted')
    }

    // Expired by the server's word: refreshed, and asked again.
    this.#sandbox.faults.api.add({answer: UNAUTHORIZED})
    await this.#succeed(['tasks', 'list', '--json'], {DEBUG: '*'})
  }

  /** The helper is looked at while it waits for its answer, and all files with it. */
  async refreshWatched(): Promise<void> {
    for (const hold of ['before', 'after'] as const) {
      const held = this.#sandbox.faults.token.add({hold, grant: 'refresh_token'})
      const started = this.#start(['auth', 'refresh', '--json'], {...this.#exported, DEBUG: '*'})
      await Promise.race([held.held(), started.ended])
      this.#watch?.look()
      await this.#keepFiles(`while a refresh is held ${hold} it is carried out`)
      held.release()
      assertDone(await this.#end(started))
    }
  }

  /** Command and helper die while the answer is under way. */
  async refreshKilled(): Promise<void> {
    if (!this.#watch) return
    const held = this.#sandbox.faults.token.add({hold: 'after', grant: 'refresh_token'})
    const earlier = new Set(this.#watch.processes('refresh/helper.js').map(({pid}) => pid))
    const started = this.#start(['auth', 'refresh'], {})
    await Promise.race([held.held(), started.ended])
    this.#watch.look()
    const helpers = this.#watch.processes('refresh/helper.js').filter(({pid}) => !earlier.has(pid))
    assert.equal(helpers.length, 1)
    for (const {pid} of helpers) process.kill(pid, 'SIGKILL')
    started.child.kill('SIGKILL')
    await this.#end(started)
    held.release()
    await this.#keepFiles('after a refresh was killed')
    await this.#run(['auth', 'refresh', '--json'], {DEBUG: '*'})
    await this.#run(['auth', 'status', '--json'], {DEBUG: '*'})
    await this.signIn()
  }

  async failToRefresh(): Promise<void> {
    const faults: Fault[] = [
      {answer: {status: 500, body: {error: 'server_error'}}, process: true},
      {cut: 'within'},
      {answer: {status: 400, body: {error: 'invalid_grant', error_description: 'over'}}},
    ]
    for (const fault of faults) {
      this.#sandbox.faults.token.add({...fault, grant: 'refresh_token'})
      const run = await this.#run(['auth', 'refresh', '--json'], {DEBUG: '*'})
      assert.ok(run.code === 75 || run.code === 4, `exit ${run.code}: ${run.stdout}${run.stderr}`)
      await this.#run(['auth', 'status', '--json'], {DEBUG: '*'})
      await this.signIn()
    }
  }

  async useKey(): Promise<void> {
    const {apiKey} = this.#sandbox
    const login = this.#start(['auth', 'login', '--with-api-key', '--storage', this.#storage], {DEBUG: '*'}, apiKey)
    assertDone(await this.#end(login))
    await this.#keepFiles('with an API key')
    for (const command of [
      ['tasks', 'list'],
      ['auth', 'whoami'],
      ['auth', 'status'],
    ]) {
      await this.#succeed([...command, '--json'], {DEBUG: '*'})
    }

    await this.#succeed(['tasks', 'list'], {DEBUG: '*', SUPERSET_API_KEY: apiKey})
  }

  async signOut(): Promise<void> {
    await this.signIn()
    await this.#succeed(['auth', 'logout', '--json'], {DEBUG: '*'})
    await this.#run(['tasks', 'list'], {DEBUG: '*'})
    if (this.#keyring) this.#keep(await readPlaces(this.#keyring.env['XDG_DATA_HOME'] ?? '', 'keyring'))
  }

  life(): Life {
    const learned = [...this.#wiretap.secrets()].flatMap(([name, values]) => {
      assert.ok(values.size >= 2, `only ${values.size} of ${name} were learned`)
      return [...values].map((value, index) => ({name: `${name} ${index + 1}`, value}))
    })
    const storageKeys = this.#storageKeys.map((value, index) => ({name: `storage key ${index + 1}`, value}))
    const exported = Object.entries(this.#exported).map(([name, value]) => ({name, value}))
    assert.ok(this.#token)
    return {
      secrets: [...learned, ...storageKeys, ...exported, {name: 'API key', value: this.#sandbox.apiKey}],
      files: [...this.#files.values()],
      outputs: this.#outputs,
      ...{token: this.#token, watch: this.#watch, byHand: this.#byHand},
    }
  }

  [Symbol.dispose](): void {
    this.#wiretap[Symbol.dispose]()
    this.#watch?.[Symbol.dispose]()
  }

  async #succeed(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
    const run = await this.#run(args, env)
    assertDone(run)
    if (env['DEBUG']) assert.match(run.stderr, /\boclif\b/, 'there are no debug messages')
  }

  #run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
    return this.#end(this.#start(args, env))
  }

  #start(args: readonly string[], env: Readonly<Record<string, string>>, input?: string): Started {
    const {path: home} = this.#home
    const [key] = this.#storageKeys
    const bus = this.#keyring?.env['DBUS_SESSION_BUS_ADDRESS']
    const here = {
      ...Object.fromEntries(['CACHE', 'CONFIG', 'DATA', 'STATE'].map((name) => [`XDG_${name}_HOME`, undefined])),
      ...{TMPDIR: path.join(home, 'tmp'), XDG_RUNTIME_DIR: path.join(home, 'tmp')},
      ...{...sandboxEnvironment(this.#sandbox), BROWSER: path.join(home, 'browser.sh')},
      ...(this.#storage === 'key' && key && {SUPERSET_STORAGE_KEY: key.toString('hex')}),
      ...(bus !== undefined && {DBUS_SESSION_BUS_ADDRESS: bus}),
    }
    const started = this.#home.start(args, {env: {...here, ...env}, ...(input !== undefined && {input})})
    this.#byHand.add(started.pid)
    return started
  }

  /** Also keeps what it printed, and what is on disk after it. */
  async #end(started: Started, printed: readonly ('stderr' | 'stdout')[] = ['stderr', 'stdout']): Promise<Run> {
    const run = await started.ended
    const command = started.child.spawnargs.slice(2).join(' ')
    for (const stream of printed) this.#outputs.push({name: `${stream} of ${command}`, bytes: Buffer.from(run[stream])})
    await this.#keepFiles(`after ${command}`)
    return run
  }

  async #keepFiles(when: string): Promise<void> {
    this.#keep(await readPlaces(this.#home.path, when))
  }

  /** Each content once. */
  #keep(places: readonly Place[]): void {
    for (const place of places) {
      const digest = createHash('sha256').update(place.bytes).digest('hex')
      if (!this.#files.has(digest)) this.#files.set(digest, place)
    }
  }

  async #keyInKeyring(): Promise<Buffer> {
    const index = await readFile(path.join(this.#home.superset, 'identity', 'profiles', 'default.json'), 'utf8')
    const {sessionId} = JSON.parse(index) as {sessionId: string}
    const env = {...this.#keyring?.env}
    const reply = execFileSync(process.execPath, [ASK_KEYCHAIN, 'get', sessionId], {env, encoding: 'utf8'})
    const {outcome} = JSON.parse(reply) as {outcome: {kind: string; secret: string}}
    assert.equal(outcome.kind, 'found')
    return Buffer.from(outcome.secret, 'base64url')
  }
}

function assertDone(run: Run): void {
  assert.equal(run.code, 0, `exit ${run.code ?? run.signal}\n${run.stdout}\n${run.stderr}`)
}
