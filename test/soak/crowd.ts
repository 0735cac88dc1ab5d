import {setTimeout as sleep} from 'node:timers/promises'
import {cpuSecondsOfChildren} from '../runner/cpu.ts'
import {RefreshStage} from '../support/refresh-stage.ts'
import type {Section} from './section.ts'
import type {Tally} from './tally.ts'

/** The helper gives the issuer's metadata 15 s: its first look is in vain. */
const SILENT_MS = 17_000

const WHAT = ['fresh token', 'expired token', 'silent issuer'] as const

export const crowd: Section = {
  name: 'crowd',
  summary: `runs at once with a fresh token, with an expired one, and with an issuer that says nothing for ${SILENT_MS / 1000} s; with the CPU seconds of each (--crowd 100 --crowd-rounds 1)`,
  async run(tally, sizes) {
    const runs = sizes('crowd', 100)
    const rounds = sizes('crowd-rounds', 1)
    for (const storage of ['file', 'key'] as const) {
      await using stage = await RefreshStage.create({storage})
      for (let round = 0; round < rounds; round++) for (const what of WHAT) await playRound(stage, {what, runs}, tally)
      tally.observe(stage)
    }
  },
}

async function playRound(
  stage: RefreshStage,
  {what, runs}: {what: (typeof WHAT)[number]; runs: number},
  tally: Tally,
): Promise<void> {
  tally.rounds++
  if (what !== 'fresh token') await stage.expire()
  const before = {requests: stage.refreshRequests, cpu: cpuSecondsOfChildren()}
  const startedAt = performance.now()
  const silence = what === 'silent issuer' ? keepSilent(stage) : undefined
  const ended = await Promise.all(Array.from({length: runs}, () => stage.list()))
  await silence
  const took = (performance.now() - startedAt) / 1000
  const where = `${stage.storage}, ${what}`
  for (const run of ended) tally.succeeded(run, where)
  const sent = stage.refreshRequests - before.requests
  const expected = what === 'fresh token' ? 0 : 1
  tally.demand(sent === expected, `${where}: ${sent} token requests`)
  tally.meet(`${where} (${Math.round(cpuSecondsOfChildren() - before.cpu)} CPU seconds, ${Math.round(took)} s)`)
  await tally.demandAlive(stage, where)
}

async function keepSilent(stage: RefreshStage): Promise<void> {
  const hold = stage.server.faults.metadata.add({hold: 'before', times: Number.POSITIVE_INFINITY})
  await hold.held()
  await sleep(SILENT_MS)
  hold.release()
  stage.server.faults.metadata.clear()
}
