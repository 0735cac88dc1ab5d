import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import fs from 'node:fs/promises'
import {syncBuiltinESMExports} from 'node:module'
import os from 'node:os'
import {isProblem, type IdentityRequest, type Storage} from '@superset/identity'
import {obtainTokens, startSandbox, type Sandbox} from '@superset/sandbox'
import {accessTokenClaims} from '../../packages/plugin-auth/src/jwt-claims.ts'
import {tryLock} from '../../packages/plugin-auth/src/ledger/lock.ts'
import type {SessionStore, Tokens} from '../../packages/plugin-auth/src/model.ts'
import {AuthProvider} from '../../packages/plugin-auth/src/provider/auth-provider.ts'
import {migrate} from '../../packages/plugin-auth/src/provider/migrate.ts'
import {Workspace} from '../../packages/plugin-auth/src/provider/workspace.ts'
import {runHelper} from '../../packages/plugin-auth/src/refresh/helper-run.ts'
import {commit} from '../../packages/plugin-auth/src/store/commit.ts'
import {lockFile} from '../../packages/plugin-auth/src/files/layout.ts'
import {tempHome, type TempHome} from '../../packages/plugin-auth/test/support/temp-home.ts'
import {few} from '../support/matrix.ts'

type Moved = 'file' | 'key'
const STORAGE_KEY = '8'.repeat(64)
/** The moves differ in where they end, not in what a disk does. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir()
/** No move takes as many; the tables below end where a move is not interrupted any more. */
const MOST_STEPS = 40

/** What changes a name on a disk, or begins a file. */
const STEPS = ['link', 'mkdir', 'open', 'rename', 'rm', 'unlink'] as const
type Step = (...given: unknown[]) => Promise<unknown>

/**
 * Lets the first steps happen. `killed`: nothing happens from then on, as far as the disk can tell; `fault`: that one
 * step meets an I/O error.
 */
function interrupt(after: number, how: 'fault' | 'killed'): Disposable & {readonly hit: boolean} {
  const real = Object.fromEntries(STEPS.map((name) => [name, fs[name] as Step]))
  const target = fs as unknown as Record<string, Step>
  let count = 0
  for (const name of STEPS) {
    target[name] = async (...given) => {
      const changes = name !== 'open' || given[1] === 'wx'
      if (changes && count++ >= after && (how === 'killed' || count === after + 1))
        throw Object.assign(new Error(`${how} at ${name}`), {code: 'EIO'})
      return real[name]?.(...given)
    }
  }

  syncBuiltinESMExports()
  return {
    get hit() {
      return count > after
    },
    [Symbol.dispose]() {
      Object.assign(target, real)
      syncBuiltinESMExports()
    },
  }
}

describe('a session that is moved to another storage, and a move that does not end', () => {
  let sandbox: Sandbox
  let otherMachine: TempHome
  before(async () => {
    sandbox = await startSandbox()
    otherMachine = await tempHome('default', MEMORY)
    await signIn(otherMachine, 'key')
  })
  after(async () => {
    await otherMachine?.[Symbol.asyncDispose]()
    await sandbox?.close()
  })

  function request({homeDir}: TempHome): IdentityRequest {
    return {
      ...{bin: 'superset', version: '1.0.0', homeDir, profile: 'default', interactive: false, agentMode: false},
      apiUrl: {value: sandbox.url, source: 'env:SUPERSET_API_URL'},
      defaultApiUrl: sandbox.url,
      webUrl: {value: sandbox.url, source: 'default'},
      clientId: {value: 'superset-cli', source: 'default'},
      secrets: {storageKey: STORAGE_KEY},
      tell() {},
    }
  }

  const workspaceOf = (home: TempHome) => new Workspace(request(home))

  async function signIn(home: TempHome, storage: Moved): Promise<SessionStore> {
    const answer = await obtainTokens(sandbox.url)
    const now = Date.now()
    const tokens: Tokens = {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresAt: now - 1000,
      ...{lifetimeMs: answer.expires_in * 1000, clockOffsetMs: 0, receivedAt: now - 60_000},
    }
    const issuer = accessTokenClaims(answer.access_token).issuer ?? sandbox.url
    const where = {apiUrl: sandbox.url, resource: sandbox.url, clientId: 'superset-cli'}
    const binding = {profile: 'default', issuer, ...where, replayPolicy: 'user' as const}
    const {keys} = workspaceOf(home)
    return commit(home.place, storage, binding, {kind: 'oauth', tokens}, keys)
  }

  const storesOf = async (home: TempHome) => (await workspaceOf(home).stored()).map(({store}) => store)

  async function move(home: TempHome, to: Storage): Promise<number> {
    try {
      await migrate(workspaceOf(home), to)
      return 0
    } catch (error) {
      if (!isProblem(error)) throw error
      return error.exit
    }
  }

  /** What the refresh helper does, in this process. */
  async function refresh(store: SessionStore): Promise<string> {
    const head = await store.head()
    if (!head) return 'signed-out'
    const {handle, key} = await store.handoff()
    const order = {stale: head.generation, tokenValid: false, replay: false, runStartedAt: Date.now()}
    return runHelper({order, handle, ...(key && {key: key.toString('base64')})})
  }

  const logout = (home: TempHome) => new AuthProvider().logout(request(home))

  async function assertOtherMachineLives(what: string): Promise<void> {
    const [store] = await storesOf(otherMachine)
    assert.ok(store)
    assert.equal(await refresh(store), 'saved', `${what}: the other machine is signed in still`)
  }

  /** Whatever was left behind: each of the places tries to refresh, then all are signed out. Nobody else notices. */
  async function assertHarmless(home: TempHome, what: string): Promise<void> {
    const outcomes: string[] = []
    for (const store of await storesOf(home)) outcomes.push(await refresh(store))
    assert.equal(outcomes.filter((outcome) => outcome === 'saved').length, 1, `${what}: ${outcomes.join()}`)
    await logout(home)
    const left = await Promise.all((await storesOf(home)).map((store) => store.head()))
    assert.deepEqual(
      left.filter((head) => head !== undefined),
      [],
      what,
    )
    await assertOtherMachineLives(what)
  }

  const moves = [
    ['file', 'key'],
    ['key', 'file'],
  ] as const
  for (const [from, to] of few(moves, ([from]) => from === 'file')) {
    it(`row 69c: from ${from} to ${to}, killed after each step: no token is presented or revoked twice`, async () => {
      for (let after = 0; ; after++) {
        assert.ok(after < MOST_STEPS)
        await using home = await tempHome('default', MEMORY)
        await signIn(home, from)
        const step = interrupt(after, 'killed')
        await move(home, to).finally(() => step[Symbol.dispose]())
        await assertHarmless(home, `killed after step ${after}`)
        if (!step.hit) return assert.ok(after > 4, 'it has steps')
      }
    })

    it(`row 69c: from ${from} to ${to}, an I/O error in each step: one place is left, or the move went through`, async () => {
      for (let after = 0; ; after++) {
        assert.ok(after < MOST_STEPS)
        await using home = await tempHome('default', MEMORY)
        await signIn(home, from)
        const step = interrupt(after, 'fault')
        const exit = await move(home, to).finally(() => step[Symbol.dispose]())
        const places = (await storesOf(home)).map(({storage}) => storage)
        assert.deepEqual(places, [exit === 0 ? to : from], `exit ${exit} after an error in step ${after}`)
        assert.ok([0, 74].includes(exit))
        await assertHarmless(home, `an error in step ${after}`)
        if (!step.hit) return assert.ok(after > 4, 'it has steps')
      }
    })

    it(`row 69c: from ${from} to ${to}, another process holds config.lock: 75, and nothing has changed`, async () => {
      await using home = await tempHome('default', MEMORY)
      await signIn(home, from)
      await fs.mkdir(`${home.homeDir}/identity`, {recursive: true, mode: 0o700})
      {
        using _held = await tryLock(lockFile(home.homeDir))
        assert.equal(await move(home, to), 75)
      }

      assert.deepEqual(
        (await storesOf(home)).map(({storage}) => storage),
        [from],
      )
      await assertHarmless(home, 'config.lock was held')
    })
  }

  it('row 69c: a record that was put back beside the ledger is known to be spent', async () => {
    await using home = await tempHome('default', MEMORY)
    const store = await signIn(home, 'key')
    const backup = `${home.homeDir}/backup`
    await fs.cp(`${home.homeDir}/identity/sessions`, backup, {recursive: true})
    assert.equal(await refresh(store), 'saved')
    await fs.rm(`${home.homeDir}/identity/sessions`, {recursive: true})
    await fs.rename(backup, `${home.homeDir}/identity/sessions`)
    assert.equal(await refresh(store), 'not-allowed')
    assert.equal((await logout(home)).revocation, 'not-sent')
    await assertOtherMachineLives('a restored record')
  })
})
