import assert from 'node:assert/strict'
import {Scheduler, type Process} from './scheduler.ts'
import {FAULTS, isAmbiguous, isUncertain} from './model-gateway.ts'
import {refreshTokenOf, World, type Parts} from './world.ts'

/** Long enough that every pause named by the server, or by ourselves, is over. */
const EPILOGUE_AFTER_MS = 20 * 60_000

export interface Outcome {
  readonly requests: number
  readonly kills: number
  readonly outcomes: readonly string[]
}

/** Makes a home with one session in it: refresh token `rt-1`, an access token with these times. */
export type MakeParts = (times: Times) => Promise<Parts>

export interface Times {
  readonly expiresAt: number
  readonly lifetimeMs: number
}

/**
 * One random schedule: some runs, perhaps a logout, faults, kills of runs and of helpers, and suspensions; then, with
 * all faults gone, one more run. Checks the invariants; an error carries the seed and what happened.
 */
export async function runSchedule(seed: number, makeParts: MakeParts): Promise<Outcome> {
  const scheduler = new Scheduler(seed)
  const isDue = scheduler.chance(0.3)
  await using parts = await makeParts({
    expiresAt: scheduler.now + (isDue ? 150_000 : -1000),
    lifetimeMs: 600_000,
  })
  const world = new World(scheduler, parts)
  try {
    return await play(world, parts, scheduler, isDue)
  } catch (error) {
    const tail = scheduler.trace.slice(-60).join('\n  ')
    throw new Error(`seed ${seed}: ${(error as Error).message}\n  faults: ${world.faults.join(', ')}\n  ${tail}`, {
      cause: error,
    })
  }
}

async function play(world: World, parts: Parts, scheduler: Scheduler, isDue: boolean): Promise<Outcome> {
  const {gateway} = world
  const calm = scheduler.chance(0.2)
  const faultOdds = calm ? 0 : scheduler.random() * 0.6
  world.nextFault = () => (scheduler.chance(faultOdds) ? (FAULTS[scheduler.pick(FAULTS.length)] ?? 'none') : 'none')
  if (!calm && scheduler.chance(0.3)) breakDown(world, scheduler)
  const runs = 1 + scheduler.pick(5)
  for (let i = 1; i <= runs; i++) world.startRun(`run ${i}`, scheduler.pick(300))
  const leaves = !calm && scheduler.chance(0.25)
  if (leaves) world.startLogout(scheduler.pick(600))
  const killOdds = calm ? 0 : scheduler.random() * 0.02
  let kills = 0
  await scheduler.run(({process}) => {
    if (!scheduler.chance(killOdds)) return
    kills++
    noteKill(world, process)
    scheduler.kill(process)
  })

  checkRuns(world, {calm, leaves, isDue})
  await checkEpilogue(world, parts, scheduler, leaves)
  return {requests: gateway.requests, kills, outcomes: world.results.map(({outcome}) => outcome)}
}

/** For a while, or for as long as anybody is there to ask. */
function breakDown({gateway}: World, scheduler: Scheduler): void {
  const hows = ['503 before', '503 after', '502 after', '504 after', '408 after', 'cut before', 'cut after'] as const
  const how = hows[scheduler.pick(hows.length)] ?? '503 after'
  if (scheduler.chance(0.5)) {
    gateway.outage = {from: 0, until: Number.POSITIVE_INFINITY, how}
  } else {
    const from = scheduler.now + scheduler.pick(600)
    gateway.outage = {from, until: from + scheduler.pick(3000), how}
  }
}

export function noteKill(world: World, process: Process): void {
  if (process.name.startsWith('helper')) world.helpersKilled++
}

export function checkRuns(world: World, {calm, leaves, isDue}: {calm: boolean; leaves: boolean; isDue: boolean}): void {
  const {gateway, server, results} = world
  assert.deepEqual(world.violations, [])
  if (world.gateway.outage?.from === 0) assert.equal(gateway.requests, 0, 'row 23b: presented in an outage')
  for (const {run, outcome} of results) {
    if (isDue)
      assert.ok(outcome === 'ok' || (leaves && outcome === 'signed-out'), `G3: ${run} had a valid token: ${outcome}`)
    if (outcome === 'signed-out') assert.ok(leaves, `${run}: signed out by nobody`)
    if (outcome === 'AUTH_ENDED') assert.ok(server.endedByServer || server.replays > 0, `${run}: ended by nobody`)
  }

  if (calm) {
    assert.ok(
      results.every(({outcome}) => outcome === 'ok'),
      'without faults every run succeeds',
    )
    assert.equal(gateway.requests, 1, 'without faults there is one request')
  }
}

/** What must hold once everything has settled. */
export async function checkEpilogue(world: World, parts: Parts, scheduler: Scheduler, leaves: boolean): Promise<void> {
  const {gateway, server} = world
  const uncertain = world.faults.some(isUncertain)
  const ambiguous = world.helpersKilled > 0 || world.faults.some(isAmbiguous)
  for (const [token, times] of gateway.presented) {
    assert.ok(times <= (uncertain ? 2 : 1), `G5: ${token} was presented ${times} times`)
  }

  // Only an uncertain answer (a 5xx, a 408) may be followed by a presentation that turns out to be a replay.
  if (!uncertain) assert.equal(server.replays, 0, 'a spent token was presented')
  if (server.replays === 0) assert.equal(server.otherMachine, 'other-rt', 'the other machine was signed out')
  world.nextFault = () => 'none'
  gateway.outage = undefined
  scheduler.now += EPILOGUE_AFTER_MS
  const before = gateway.requests
  world.startRun('last run')
  await scheduler.run(() => {})
  const last = world.results.at(-1)?.outcome
  const stored = await parts.storeFor(() => Promise.resolve()).read()
  assert.deepEqual(world.violations, [])
  if (leaves && !stored) {
    assert.equal(last, 'signed-out')
    return
  }

  assert.ok(stored, 'only a logout removes the record')
  if (last === 'ok') {
    assert.equal(refreshTokenOf(stored.credential), server.valid, 'what is stored is what the server knows')
  } else if (last === 'AUTH_ENDED') {
    assert.ok(server.endedByServer || server.replays > 0, 'the last run was told of an end that was none')
  } else {
    assert.equal(last, 'AUTH_INTERRUPTED')
    assert.ok(ambiguous || uncertain, 'the last run was refused for a reason that is not true')
  }

  if (!ambiguous && !uncertain && !server.endedByServer) assert.equal(last, 'ok', 'the session was lost')
  assert.ok(gateway.requests - before <= 1, 'the last run asked more than once')
}
