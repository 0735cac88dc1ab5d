import {setTimeout as sleep} from 'node:timers/promises'
import {awaitHelper, processesHidden, signalProcess} from '../support/helper-processes.ts'
import {RefreshStage} from '../support/refresh-stage.ts'
import {signIn} from '../support/signed-in.ts'
import {phaseOf} from './kill.ts'
import type {Section} from './section.ts'
import type {Tally} from './tally.ts'

const LOST = {code: 'AUTH_INTERRUPTED', exit: 4}
const COMMITTED = 'committed, not saved'

export const killHelper: Section = {
  name: 'kill-helper',
  summary: 'kill -9 of the helper itself at random moments (--helper-kills 30)',
  async run(tally, sizes) {
    tally.skipped = processesHidden()
    if (tally.skipped) return
    await using stage = await RefreshStage.create({storage: 'file', tokenDelayMs: {before: 40, after: 60}})
    for (let round = 0; round < sizes('helper-kills', 30); round++) await playRound(stage, tally)
    tally.observe(stage)
  },
}

async function playRound(stage: RefreshStage, tally: Tally): Promise<void> {
  tally.rounds++
  await stage.expire()
  const before = stage.refreshRequests
  const since = (await stage.savedAt()) + 5
  const started = stage.start()
  let over = false
  void started.ended.then(() => (over = true))
  const helper = await awaitHelper(stage.home, () => over)
  if (helper === undefined) return tally.meet('ended before the kill')
  await sleep(Math.random() * 300)
  // The command sleeps meanwhile: what is read then is what the helper died with.
  signalProcess(started.pid, 'SIGSTOP')
  const killed = signalProcess(helper, 'SIGKILL')
  const phase = await phaseOf(stage, before, since)
  signalProcess(started.pid, 'SIGCONT')
  if (!killed) {
    tally.meet('ended before the kill')
    return void tally.succeeded(await started.ended, 'ended before the kill')
  }

  const run = await started.ended
  tally.meet(phase)
  if (phase.startsWith('saved') || phase === 'before the claim' || phase === 'claimed') {
    tally.succeeded(run, `helper killed, ${phase}`)
    return tally.demandAlive(stage, `helper killed, ${phase}`)
  }

  // Sent, and no answer is stored: the old token must not be sent again by itself, and the reason must be the true one.
  tally.failed(run, LOST, `the command whose helper was killed, ${phase}`)
  tally.failed(await stage.list(), LOST, `the next command, helper killed, ${phase}`)
  tally.demand(stage.refreshRequests - before <= 1, `helper killed, ${phase}: presented again`)
  if (phase === COMMITTED) tally.lost++
  await signIn(stage.home, stage.sandbox, 'file')
  tally.demand(
    (await stage.list()).code === 0 && stage.server.liveRefreshTokens() > 0,
    `helper killed, ${phase}: signing in again does not help`,
  )
}
