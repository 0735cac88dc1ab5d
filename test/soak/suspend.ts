import {setTimeout as sleep} from 'node:timers/promises'
import {helpersOf, processesHidden, signalProcess} from '../support/helper-processes.ts'
import {failureOf, RefreshStage} from '../support/refresh-stage.ts'
import type {Section} from './section.ts'
import type {Tally} from './tally.ts'

const BUDGET_MS = 30_000
/** Longer than the helper waits for an answer. */
const LONG_MS = 17_000
const BUSY = {code: 'AUTH_BUSY', exit: 75}

export const suspend: Section = {
  name: 'suspend',
  summary: 'SIGSTOP of the elected run, of the helper and of readers, briefly and for long (--suspends 4)',
  async run(tally, sizes) {
    tally.skipped = processesHidden()
    if (tally.skipped) return
    await using stage = await RefreshStage.create({storage: 'file'})
    const rounds = sizes('suspends', 4)
    for (let round = 0; round < rounds; round++) await validToken(stage, tally)
    for (let round = 0; round < rounds; round++) await readers(stage, tally)
    await longSleep(stage, tally)
    await givesUp(stage, tally)
    tally.observe(stage)
  },
}

/** A run whose helper has an answer under way. */
async function elect(stage: RefreshStage) {
  const hold = stage.server.faults.token.add({hold: 'after', grant: 'refresh_token'})
  const elected = stage.start()
  await Promise.race([hold.held(), elected.ended])
  const [helper] = await helpersOf(stage.home)
  if (helper === undefined) throw new Error(`no helper is at work: ${elected.stdout}${elected.stderr}`)
  return {hold, elected, helper}
}

/** Everybody who has to do with the refresh sleeps; the token serves. */
async function validToken(stage: RefreshStage, tally: Tally): Promise<void> {
  tally.rounds++
  await stage.makeDue()
  const before = stage.refreshRequests
  const {hold, elected, helper} = await elect(stage)
  for (const pid of [elected.pid, helper]) signalProcess(pid, 'SIGSTOP')
  const startedAt = Date.now()
  tally.succeeded(await stage.list(), 'valid token, all suspended')
  tally.demand(Date.now() - startedAt < BUDGET_MS / 2, 'valid token, all suspended: it waited')
  for (const pid of [helper, elected.pid]) signalProcess(pid, 'SIGCONT')
  hold.release()
  tally.succeeded(await elected.ended, 'valid token, resumed')
  tally.demand(stage.refreshRequests - before === 1, 'valid token, all suspended: a second request')
}

/** Runs that wait, and the elected one, sleep at a random moment; one that comes later gets through. */
async function readers(stage: RefreshStage, tally: Tally): Promise<void> {
  tally.rounds++
  await stage.expire()
  const before = stage.refreshRequests
  const {hold, elected} = await elect(stage)
  const sleepers = [elected, ...Array.from({length: 5}, () => stage.start())]
  await sleep(Math.random() * 600)
  for (const {pid} of sleepers) signalProcess(pid, 'SIGSTOP')
  const later = stage.start()
  hold.release()
  tally.succeeded(await later.ended, 'readers suspended')
  for (const {pid} of sleepers) signalProcess(pid, 'SIGCONT')
  for (const {ended} of sleepers) tally.succeeded(await ended, 'a reader, resumed')
  tally.demand(stage.refreshRequests - before === 1, 'readers suspended: a second request')
  await tally.demandAlive(stage, 'readers suspended')
}

/** The helper sleeps past its own timeout with the answer in its socket: the answer is stored when it wakes. */
async function longSleep(stage: RefreshStage, tally: Tally): Promise<void> {
  tally.rounds++
  await stage.expire()
  const before = stage.refreshRequests
  const {hold, elected, helper} = await elect(stage)
  signalProcess(helper, 'SIGSTOP')
  hold.release()
  await sleep(LONG_MS)
  signalProcess(helper, 'SIGCONT')
  tally.succeeded(await elected.ended, 'helper suspended past its timeout')
  tally.demand(stage.refreshRequests - before === 1, 'helper suspended past its timeout: a second request')
  await tally.demandAlive(stage, 'helper suspended past its timeout')
}

/** The helper sleeps longer than anybody waits: who waits is told by whom, and asks no second time. */
async function givesUp(stage: RefreshStage, tally: Tally): Promise<void> {
  tally.rounds++
  await stage.expire()
  const before = stage.refreshRequests
  const {hold, elected, helper} = await elect(stage)
  signalProcess(helper, 'SIGSTOP')
  hold.release()
  const run = await stage.list()
  tally.failed(run, BUSY, 'helper suspended beyond the budget')
  tally.demand(
    run.code === 0 || failureOf(run).message.includes(`pid ${helper}`),
    'helper suspended beyond the budget: the message does not name it',
  )
  signalProcess(helper, 'SIGCONT')
  await elected.ended
  tally.succeeded(await stage.list(), 'after the helper was resumed')
  tally.demand(stage.refreshRequests - before === 1, 'helper suspended beyond the budget: a second request')
  await tally.demandAlive(stage, 'helper suspended beyond the budget')
}
