import assert from 'node:assert/strict'
import {cp, rm} from 'node:fs/promises'
import {Home, type CliOptions} from '../support/cli.ts'
import {onMachine, type MachineId} from '../support/other-machine.ts'
import {failureOf, PAST, RefreshStage} from '../support/refresh-stage.ts'
import {assertSucceeded, sandboxEnvironment, setExpiry} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'

const HERE = '1'.repeat(32)
const THERE = '2'.repeat(32)

interface Case {
  readonly made: MachineId
  readonly used: MachineId
  readonly isCopy: boolean
}

/** Where the session was made, and where it is used. */
const CASES: Readonly<Record<string, Case>> = {
  'known there, and here the file is empty': {made: HERE, used: undefined, isCopy: true},
  'made where no id is, used where one is': {made: undefined, used: HERE, isCopy: true},
  'made where no id is, used again where none is': {made: undefined, used: undefined, isCopy: false},
}

describe('a copied home', () => {
  let stage: RefreshStage
  before(async () => (stage = await RefreshStage.create({storage: 'key', resident: true})))
  after(() => stage?.[Symbol.asyncDispose]())

  async function options(context: Mocha.Context, home: Home, id: MachineId): Promise<CliOptions> {
    const found = await onMachine(home, id)
    if (typeof found === 'string') skip(context, found)
    return found
  }

  for (const [name, {made, used, isCopy}] of Object.entries(CASES)) {
    it(`row 67b: ${name}: ${isCopy ? 'presents and revokes nothing' : 'is no copy'}`, async function () {
      await using home = await Home.createResident()
      const there = await options(this, home, made)
      const here = await options(this, home, used)
      const env = sandboxEnvironment(stage.sandbox)
      assertSucceeded(await home.run(['auth', 'login', '--storage', 'file'], {...there, env}))
      await setExpiry(home, PAST)
      const before = stage.refreshRequests
      const alive = stage.sandbox.liveRefreshTokens()
      const run = await home.run(['tasks', 'list', '--json'], {...here, env})
      if (!isCopy) {
        assert.equal(run.code, 0, run.stdout + run.stderr)
        return assert.equal(stage.refreshRequests, before + 1)
      }

      assert.deepEqual([run.code, failureOf(run).code], [4, 'AUTH_COPIED'])
      assert.equal((await home.run(['auth', 'logout', '--json'], {...here, env})).code, 0)
      assert.equal(stage.refreshRequests, before, 'nothing was presented')
      assert.equal(stage.sandbox.liveRefreshTokens(), alive, 'nothing was revoked')
    })
  }

  it('row 67b: a copy that was moved to another storage is a copy still', async function () {
    await using home = await Home.createResident()
    const there = await options(this, home, THERE)
    await cp(stage.home.superset, home.superset, {recursive: true})
    const {env} = stage
    const moved = await home.run(['auth', 'migrate', '--to', 'file', '--yes'], {...there, env})
    assert.equal(moved.code, 0, moved.stderr)
    await setExpiry(home, PAST)
    const back = await home.run(['auth', 'migrate', '--to', 'key', '--yes'], {...there, env})
    assert.equal(back.code, 0, back.stderr)
    const before = stage.refreshRequests
    const run = await home.run(['tasks', 'list', '--json'], {...there, env})
    assert.deepEqual([run.code, failureOf(run).code], [4, 'AUTH_COPIED'])
    assert.equal(stage.refreshRequests, before)
    await rm(home.superset, {recursive: true})
    assert.equal((await stage.refresh()).code, 0, 'the original lives')
  })
})
