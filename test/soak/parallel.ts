import {setTimeout as sleep} from 'node:timers/promises'
import type {Run, Started} from '../support/cli.ts'
import {processesHidden, signalProcess} from '../support/helper-processes.ts'
import {RefreshStage, untilItWaits, type ServerName} from '../support/refresh-stage.ts'
import {nameAt, type Section} from './section.ts'
import type {Tally} from './tally.ts'

/** The server runs on this machine, too, and has to live: a hundred runs leave it some processor time. */
const POLITE = {prefix: ['nice']}
/** A held request must be let go before the helper gives it up. */
const HOLD_AT_MOST_MS = 10_000

const IN_THE_WAY = ['nobody', 'slow server', 'nobody', 'dead holder', 'nobody', 'suspended holder'] as const
type InTheWay = (typeof IN_THE_WAY)[number]

export const parallel = (server: ServerName): Section => ({
  name: nameAt(server, 'parallel'),
  summary: 'runs at expiry, nobody or somebody dead, suspended or slow in the way (--runs 20 --waiting 20 --rounds 6)',
  async run(tally, sizes) {
    const runs = sizes('runs', 20)
    // So many can be started within the time that a held request has.
    const waiting = sizes('waiting', Math.min(runs, 20))
    const rounds = sizes('rounds', IN_THE_WAY.length)
    for (const storage of ['file', 'key'] as const) {
      await using stage = await RefreshStage.create({server, storage})
      for (let round = 0; round < rounds; round++) {
        const inTheWay = IN_THE_WAY[round % IN_THE_WAY.length] ?? 'nobody'
        await playRound(
          stage,
          {runs: inTheWay === 'nobody' ? runs : waiting, inTheWay},
          tally,
          `${storage}, round ${round + 1}, ${inTheWay}`,
        )
      }

      tally.observe(stage)
    }
  },
})

async function playRound(
  stage: RefreshStage,
  {runs, inTheWay}: {runs: number; inTheWay: InTheWay},
  tally: Tally,
  where: string,
): Promise<void> {
  tally.rounds++
  tally.meet(inTheWay)
  await stage.expire()
  const before = stage.refreshRequests
  const ended = inTheWay === 'nobody' ? await all(stage, runs) : await allBehind(stage, {runs, inTheWay}, tally)
  for (const run of ended) tally.succeeded(run, where)
  const sent = stage.refreshRequests - before
  tally.demand(sent === 1, `${where}: ${sent} token requests for one expiry`)
  await tally.demandAlive(stage, where)
}

function all(stage: RefreshStage, runs: number): Promise<Run[]> {
  return Promise.all(Array.from({length: runs}, () => stage.list(POLITE)))
}

/** One run is elected and then slow, killed or suspended; the others wait, and leave when its helper has saved. */
async function allBehind(
  stage: RefreshStage,
  {runs, inTheWay}: {runs: number; inTheWay: InTheWay},
  tally: Tally,
): Promise<Run[]> {
  const hold = stage.server.faults.token.add({hold: 'after', grant: 'refresh_token'})
  const elected = stage.start({...POLITE, detached: true})
  await Promise.race([hold.held(), elected.ended])
  if (inTheWay === 'dead holder') signalProcess(-elected.pid, 'SIGKILL')
  if (inTheWay === 'suspended holder' && !processesHidden()) signalProcess(elected.pid, 'SIGSTOP')
  const waiting: Started[] = Array.from({length: runs}, () => stage.start(POLITE))
  const left = waiting.map(async (started) => ({run: await started.ended, at: Date.now()}))
  const early = new AbortController()
  await Promise.race([
    Promise.all(waiting.map(untilItWaits)),
    sleep(HOLD_AT_MOST_MS, undefined, {signal: early.signal}).catch(() => {}),
  ])
  early.abort()
  // Who has not said yet that it waits is still starting: its time says nothing about waiting.
  const waited = waiting.map((started) => started.stderr.includes('Waiting for your session'))
  hold.release()
  const ended = await Promise.all(left)
  const savedAt = await stage.savedAt()
  for (const [index, {at}] of ended.entries()) if (waited[index]) tally.waits.push(at - savedAt)
  if (inTheWay === 'suspended holder') signalProcess(elected.pid, 'SIGCONT')
  const first = await elected.ended
  return inTheWay === 'dead holder' ? ended.map(({run}) => run) : [first, ...ended.map(({run}) => run)]
}
