import assert from 'node:assert/strict'
import {skip} from '../../../../test/support/skip.ts'
import {keyringMissing, startKeyring, type KeyringOptions, type KeyringSession} from '../support/keyring-session.ts'
import {ask, node, type Run} from '../support/keychain-process.ts'
import {tempHome, type TempHome} from '../support/temp-home.ts'
import {describeReaders} from './readers.ts'

/** What the native call itself waits for an answer. */
const NATIVE_MS = 25_000

describe('the keychain: a real gnome-keyring', function () {
  // Each question is a process of its own, and a busy machine takes seconds to start one.
  let home: TempHome
  let keyring: KeyringSession | undefined

  before(async function () {
    const missing = await keyringMissing()
    if (missing !== undefined) skip(this, missing)
  })
  beforeEach(async () => {
    home = await tempHome()
  })
  afterEach(async () => {
    await keyring?.stop()
    keyring = undefined
    await home[Symbol.asyncDispose]()
  })

  const start = async (options?: KeyringOptions): Promise<Readonly<Record<string, string>>> => {
    keyring = await startKeyring(options)
    return keyring.env
  }

  const session = async (env: Readonly<Record<string, string>>, verb: string): Promise<Run> =>
    node('keychain-session.ts', [verb, home.homeDir], env)

  const refusal = async (env: Readonly<Record<string, string>>, verb: string, code: string) => {
    const {answer, exitCode, lingeredMs} = await session(env, verb)
    const problem = answer['problem'] as {code: string; message: string; suggestions: string[]; exit: number}
    assert.equal(problem.code, code, JSON.stringify(answer))
    assert.equal(problem.exit, 74)
    assert.equal(exitCode, 74)
    return {...problem, lingeredMs, told: answer['told'] as string[]}
  }

  const signIn = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const {answer} = await session(env, 'sign-in')
    assert.equal(typeof answer['result'], 'string', JSON.stringify(answer))
    return answer['result'] as string
  }

  it('keeps, finds, replaces and deletes, and says when there is nothing', async () => {
    const env = await start()
    assert.deepEqual(await ask(env, 'get', 'a'), {kind: 'absent'})
    assert.deepEqual(await ask(env, 'set', 'a', 'one'), {kind: 'done'})
    assert.deepEqual(await ask(env, 'set', 'a', 'two'), {kind: 'done'})
    assert.deepEqual(await ask(env, 'get', 'a'), {kind: 'found', secret: 'two'})
    assert.deepEqual(await ask(env, 'delete', 'a'), {kind: 'done'})
    assert.deepEqual(await ask(env, 'delete', 'a'), {kind: 'done'}, 'deleting nothing is done as well')
    assert.deepEqual(await ask(env, 'get', 'a'), {kind: 'absent'})
  })

  it('carries a session from sign-in through a refresh to signing out, which destroys the key', async () => {
    const env = await start()
    const sessionId = await signIn(env)
    const saved = (await session(env, 'save')).answer['result'] as {outcome: string; generation: {sequence: string}}
    assert.equal(saved.outcome, 'saved', JSON.stringify(saved))
    assert.equal(saved.generation.sequence, '2')
    assert.equal((await ask(env, 'get', sessionId))['kind'], 'found')
    assert.equal(((await session(env, 'forget')).answer['result'] as {kind: string}).kind, 'oauth')
    assert.deepEqual(await ask(env, 'get', sessionId), {kind: 'absent'})
    assert.equal((await session(env, 'read')).answer['result'], 'signed out')
  })

  it('row 52: a locked keyring is locked, for every operation, and never "signed out"', async () => {
    const env = await start({activation: true})
    const sessionId = await signIn(env)
    keyring?.lock()
    for (const verb of ['get', 'set', 'delete'])
      assert.deepEqual(await ask(env, verb, sessionId, 'x'), {kind: 'locked'})
    for (const verb of ['read', 'save', 'sign-in']) {
      const problem = await refusal(env, verb, 'STORE_LOCKED')
      assert.equal(problem.message, 'Your keyring is locked.')
      assert.deepEqual(problem.suggestions, ['Unlock it, or use `superset auth login --storage file`.'])
    }

    assert.equal((await session(env, 'head')).answer['result'], '1', 'the head needs no key')
  })

  it('signing out works with a locked keyring: the records go, whatever becomes of the key', async () => {
    const env = await start()
    await signIn(env)
    keyring?.lock()
    assert.equal((await session(env, 'forget')).answer['result'], 'forgotten unread')
    assert.equal((await session(env, 'read')).answer['result'], 'signed out')
  })

  it('row 52: a daemon that was killed and started again by D-Bus is locked', async () => {
    const env = await start({activation: true})
    await signIn(env)
    await keyring?.kill()
    await refusal(env, 'read', 'STORE_LOCKED')
  })

  it('row 53: without any keyring, signing in is refused beforehand, with both choices', async () => {
    const env = await start({daemon: false})
    for (const place of [env, {PATH: env['PATH'] ?? '', HOME: env['HOME'] ?? ''}]) {
      const problem = await refusal(place, 'sign-in', 'STORE_KEYCHAIN_ABSENT')
      assert.match(problem.message, /^No keyring on this machine/)
      assert.match(problem.suggestions.join(' '), /--storage file.*SUPERSET_STORAGE_KEY/)
    }

    assert.equal((await session(env, 'read')).answer['result'], 'signed out')
  })

  it('row 54: a daemon that is gone, or a session without D-Bus, is unreachable, not signed out', async () => {
    const env = await start()
    await signIn(env)
    const outside = await refusal(
      {PATH: env['PATH'] ?? '', HOME: env['HOME'] ?? ''},
      'read',
      'STORE_KEYCHAIN_UNREACHABLE',
    )
    assert.match(outside.message, /not reachable from this session \(ssh\/sudo\/container\?\)/)
    await keyring?.kill()
    await refusal(env, 'read', 'STORE_KEYCHAIN_UNREACHABLE')
    await refusal(env, 'save', 'STORE_KEYCHAIN_UNREACHABLE')
  })

  it('a key that is no longer in the keyring is lost, not signed out', async () => {
    const env = await start()
    const sessionId = await signIn(env)
    await ask(env, 'delete', sessionId)
    await refusal(env, 'read', 'STORE_KEYCHAIN_LOST')
    await ask(env, 'set', sessionId, 'c2hvcnQ')
    await refusal(env, 'read', 'STORE_KEYCHAIN_LOST')
  })

  it('row 55: a prompt that nobody answers ends after 3 s, with the event loop alive and the process gone', async () => {
    const env = await start({prompter: 'hangs'})
    const sessionId = await signIn(env)
    keyring?.lock()
    const {answer, exitCode, lingeredMs} = await node('ask-keychain.ts', ['get', sessionId], env)
    assert.deepEqual(answer['outcome'], {kind: 'hung'})
    assert.equal(exitCode, 0)
    assert.ok((answer['ticks'] as number) > 5, 'the event loop went on')
    assert.ok(lingeredMs < NATIVE_MS / 2, `the process was there for another ${lingeredMs} ms`)
    const problem = await refusal(env, 'read', 'STORE_BUSY')
    assert.equal(problem.message, 'Keyring did not answer in 3 s.')
    assert.ok(problem.lingeredMs < NATIVE_MS / 2)
  })

  it('row 52: on a terminal it says what it waits for, and Ctrl-C ends the wait', async () => {
    const env = await start({prompter: 'hangs'})
    await signIn(env)
    keyring?.lock()
    const {answer} = await session(env, 'wait')
    assert.equal((answer['problem'] as {message: string}).message, 'cancelled by Ctrl-C')
    assert.match((answer['told'] as string[]).join(), /^Waiting for your keyring: unlock it/)
  })
})

describeReaders(10)
