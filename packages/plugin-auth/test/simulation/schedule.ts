import assert from 'node:assert/strict'
import {Scheduler, type Process} from './scheduler.ts'
import {refreshTokenOf, World, type Parts} from './world.ts'

/** Long enough that every pause named by the server, or by ourselves, is over. */
const EPILOGUE_AFTER_MS = 20 * 60_000

export interface Outcome {
  readonly requests: number
  readonly kills: number
  readonly outcomes: readonly string[]
}

/** Makes a home with one session in it: refresh token `rt-1`, an access token with these times. */
export type MakeParts = (times: {readonly expiresAt: number; readonly lifetimeMs: number}) => Promise<Parts>

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
    return await play(world, parts, isDue)
  } catch (error) {
    const tail = scheduler.trace.slice(-60).join('\n  ')
    throw new Error(`seed ${seed}: ${(error as Error).message}\n  faults: ${world.faults.join(', ')}\n  ${tail}`, {
      cause: error,
    })
  }
}

async function play(world: World, parts: Parts, isDue: boolean): Promise<Outcome> {
  const {scheduler, server} = world
  const calm = scheduler.chance(0.2)
  world.faultOdds = calm ? 0 : scheduler.random() * 0.6
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
  await checkEpilogue(world, parts, leaves)
  return {requests: server.requests, kills, outcomes: world.results.map(({outcome}) => outcome)}
}

function noteKill(world: World, process: Process): void {
  if (process.name.startsWith('helper')) world.helpersKilled++
}

function checkRuns(world: World, {calm, leaves, isDue}: {calm: boolean; leaves: boolean; isDue: boolean}): void {
  const {server, results} = world
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
    assert.equal(server.requests, 1, 'without faults there is one request')
  }
}

/** What must hold once everything has settled. */
async function checkEpilogue(world: World, parts: Parts, leaves: boolean): Promise<void> {
  const {scheduler, server} = world
  const uncertain = world.faults.some((fault) => fault.startsWith('500'))
  const ambiguous = world.helpersKilled > 0 || world.faults.some((fault) => fault.startsWith('cut'))
  for (const [token, times] of server.presented) {
    assert.ok(times <= (uncertain ? 2 : 1), `G5: ${token} was presented ${times} times`)
  }

  // Only an uncertain answer (a 5xx) may be followed by a presentation that turns out to be a replay.
  if (!uncertain) assert.equal(server.replays, 0, 'a spent token was presented')
  if (server.replays === 0) assert.equal(server.otherMachine, 'other-rt', 'the other machine was signed out')
  world.faultOdds = 0
  scheduler.now += EPILOGUE_AFTER_MS
  const before = server.requests
  world.startRun('last run')
  await scheduler.run(() => {})
  const last = world.results.at(-1)?.outcome
  const stored = await parts.store.read()
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
  assert.ok(server.requests - before <= 1, 'the last run asked more than once')
}
