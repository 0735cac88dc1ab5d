import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {AGENT, HUMAN} from '../support/modes.ts'
import {few, itInFull} from '../support/matrix.ts'
import {assertSucceeded, setExpiry, signIn} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'

interface Case {
  readonly args: readonly string[]
  readonly exit: number
  readonly code: RegExp
  readonly message: RegExp
}

const CASES: Readonly<Record<string, Case>> = {
  'an unknown command': {
    args: ['taks', 'list'],
    exit: 2,
    code: /^USAGE_UNKNOWN_COMMAND$/,
    message: /taks list is not a superset command/,
  },
  'an unknown command of a topic': {
    args: ['tasks', 'lst'],
    exit: 2,
    code: /^USAGE_UNKNOWN_COMMAND$/,
    message: /tasks lst is not a superset command/,
  },
  'an unknown flag': {args: ['tasks', 'list', '--colour'], exit: 2, code: /^USAGE/, message: /--colour/},
  'a flag without its value': {args: ['tasks', 'list', '--limit'], exit: 2, code: /^USAGE/, message: /limit/},
  'a flag with a value it cannot have': {
    args: ['tasks', 'list', '--limit', 'many'],
    exit: 2,
    code: /^USAGE/,
    message: /many/,
  },
  'an argument that is missing': {args: ['tasks', 'get'], exit: 2, code: /^USAGE/, message: /task/i},
  'an argument too many': {args: ['auth', 'status', 'now'], exit: 2, code: /^USAGE/, message: /now/},
  'nobody signed in': {args: ['tasks', 'list'], exit: 4, code: /^AUTH_REQUIRED$/, message: /Not signed in/},
  'a session asked for a token, nobody signed in': {
    args: ['auth', 'token'],
    exit: 4,
    code: /^AUTH_REQUIRED$/,
    message: /Not signed in/,
  },
}

describe('rule G7: stdout belongs to the command, and errors have one form', () => {
  let sandbox: Sandbox
  let signedIn: Home
  let env: Record<string, string | undefined>
  before(async () => {
    sandbox = await startSandbox()
    signedIn = await Home.create()
    env = {...HUMAN, ...(await signIn(signedIn, sandbox, 'file'))}
  })
  after(async () => {
    await signedIn[Symbol.asyncDispose]()
    await sandbox.close()
  })

  const standsForKind = ([name]: readonly [string, Case]): boolean =>
    /^(?:an unknown command|nobody signed in)$/.test(name)
  for (const [name, {args, code, exit, message}] of few(Object.entries(CASES), standsForKind)) {
    it(`${name}: exit ${exit}; words on stderr for a person, JSON on stdout for scripts and agents`, async () => {
      await using stranger = await Home.create()
      // Who is not signed in is told so first, whatever else is wrong.
      const home = exit === 4 ? stranger : signedIn
      const human = await home.run(args, {env})
      assert.deepEqual([human.code, human.stdout], [exit, ''], human.stderr)
      assert.match(human.stderr, message)
      // The flag comes first: an error must be JSON also where the parser never gets to see it.
      const script = await home.run([...args.slice(0, 2), '--json', ...args.slice(2)], {env})
      const agent = await home.run(args, {env: {...env, ...AGENT}})
      for (const run of [script, agent]) {
        assert.deepEqual([run.code, run.stderr], [exit, ''], run.stdout)
        const error = errorOf(run)
        assert.deepEqual(Object.keys(JSON.parse(run.stdout) as object), ['error'])
        assert.match(error.code, code)
        assert.match(error.message, message)
        assert.equal(error.exit, exit)
        assert.ok(Array.isArray(error.suggestions))
      }
    })
  }

  itInFull('an unknown command never asks what was meant', async () => {
    const {code, stderr} = await signedIn.run(['tasks', 'lists'], {env, input: 'y\n'})
    assert.equal(code, 2)
    assert.match(stderr, /Did you mean `superset tasks list`\?/)
    assert.equal(sandbox.counters.api['task.list'] ?? 0, 0, 'nor is anything run in its place')
  })

  it('agents get data as JSON, people get a table, --quiet prints ids', async () => {
    const agent = await signedIn.run(['tasks', 'list'], {env: {...env, ...AGENT}})
    const rows = JSON.parse(agent.stdout) as Array<{id: string}>
    const person = await signedIn.run(['tasks', 'list'], {env})
    assert.match(person.stdout, /^calibrate-the-left-arm\tCalibrate the left arm\t/)
    const quiet = await signedIn.run(['tasks', 'list', '--quiet'], {env: {...env, ...AGENT}})
    assert.deepEqual(
      quiet.stdout.trim().split('\n'),
      rows.map(({id}) => id),
    )
  })

  it('row 102: `| head -1` is quiet and exits with 0', async () => {
    for (const args of [['tasks', 'list', '--json'], ['--help'], ['tasks', 'list', '--help'], ['auth', 'status']]) {
      const started = signedIn.start(args, {env})
      started.child.stdout?.destroy()
      const {code, stderr} = await started.ended
      assert.deepEqual([code, stderr], [0, ''], args.join(' '))
    }
  })

  itInFull(
    'row 70: Ctrl-C during a request ends the command at once, as SIGINT does, and the session lives',
    async () => {
      const hold = sandbox.faults.api.add({hold: 'before', procedure: 'task.list'})
      const started = signedIn.start(['tasks', 'list'], {env})
      await hold.held()
      process.kill(started.pid, 'SIGINT')
      const {code, signal, stdout} = await started.ended
      // The request is still held: nobody waited for it.
      assert.equal(sandbox.faults.api.held, 1)
      hold.release()
      assert.deepEqual([code, signal, stdout], [null, 'SIGINT', ''])
      assertSucceeded(await signedIn.run(['auth', 'refresh'], {env}))
      assert.equal(sandbox.liveRefreshTokens(), 1)
    },
  )

  it('row 70: Ctrl-C during a refresh ends the command at once; the helper finishes, and the session lives', async () => {
    await setExpiry(signedIn, 1000)
    const before = sandbox.counters.token['refresh_token'] ?? 0
    const hold = sandbox.faults.token.add({hold: 'after', grant: 'refresh_token'})
    const started = signedIn.start(['tasks', 'list'], {env})
    await hold.held()
    process.kill(started.pid, 'SIGINT')
    const {signal} = await started.ended
    assert.equal(sandbox.faults.token.held, 1)
    hold.release()
    assert.equal(signal, 'SIGINT')
    assertSucceeded(await signedIn.run(['tasks', 'list'], {env}))
    assert.equal((sandbox.counters.token['refresh_token'] ?? 0) - before, 1)
    assert.equal(sandbox.liveRefreshTokens(), 1)
  })
})
