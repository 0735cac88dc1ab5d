import {rm} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {ActiveFault} from '@superset/sandbox'
import {newestPhase} from '../support/ledger.ts'
import {PAST, RefreshStage, type ServerName} from '../support/refresh-stage.ts'
import {setExpiry} from '../support/signed-in.ts'
import {nameAt, type Section} from './section.ts'
import type {Tally} from './tally.ts'

/** Where the refresh is stopped for the kill; `random` is some moment of a run that nothing holds up. */
const MOMENTS = ['random', 'sent', 'random', 'answered', 'random', 'saved'] as const
type Moment = (typeof MOMENTS)[number]

export const kill = (server: ServerName): Section => ({
  name: nameAt(server, 'kill'),
  summary: 'kill -9 of the command and of its process group, in all phases (--kills 60)',
  async run(tally, sizes) {
    const kills = sizes('kills', 60)
    // Delays make the phases long enough to be hit at random.
    await using stage = await RefreshStage.create({server, storage: 'file', tokenDelayMs: {before: 30, after: 50}})
    for (let round = 0; round < kills; round++) {
      const moment = MOMENTS[Math.floor(round / 2) % MOMENTS.length] ?? 'random'
      await playRound(stage, moment, round % 2 === 1, tally)
    }

    await tally.demandAlive(stage, 'after all kills')
    tally.observe(stage)
  },
})

async function playRound(stage: RefreshStage, moment: Moment, group: boolean, tally: Tally): Promise<void> {
  tally.rounds++
  await rm(path.join(stage.home.superset, 'identity', 'discovery'), {recursive: true, force: true})
  await setExpiry(stage.home, PAST)
  const before = stage.refreshRequests
  const since = (await stage.savedAt()) + 5
  const hold = holdAt(stage, moment)
  const started = stage.start({detached: true})
  await (hold ? Promise.race([hold.held(), started.ended]) : sleep(Math.random() * 700))
  const phase = await phaseOf(stage, before, since)
  try {
    process.kill(group ? -started.pid : started.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }

  const {signal} = await started.ended
  tally.meet(signal === 'SIGKILL' ? phase : 'ended before the kill')
  hold?.release()
  // A hold that nobody came to would wait for the next run.
  stage.server.faults.token.clear()
  stage.sandbox.faults.api.clear()
  const where = `killed ${group ? 'group' : 'command'}, ${phase}`
  tally.succeeded(await stage.list(), where)
  tally.demand(stage.refreshRequests - before === 1, `${where}: ${stage.refreshRequests - before} token requests`)
  const live = stage.server.liveRefreshTokens()
  tally.demand(live === 1, `${where}: ${live} live refresh tokens`)
  if (live === 0) tally.lost++
}

function holdAt({sandbox, server: {faults}}: RefreshStage, moment: Moment): ActiveFault | undefined {
  if (moment === 'sent') return faults.token.add({hold: 'before', grant: 'refresh_token'})
  if (moment === 'answered') return faults.token.add({hold: 'after', grant: 'refresh_token'})
  return moment === 'saved' ? sandbox.faults.api.add({hold: 'before'}) : undefined
}

/** Where the refresh that began since then stands, as the ledger and the server tell it. */
export async function phaseOf(stage: RefreshStage, requestsBefore: number, since: number): Promise<string> {
  const stands = newestPhase(stage.home, since)
  const asked = stage.refreshRequests > requestsBefore
  if (stands === undefined) return 'before the claim'
  if (stands === 'answered') return 'saved'
  if (stands !== 'sent') return stands
  if ((await stage.savedAt()) > since) return 'saved, not recorded'
  if (!asked) return 'sent, not arrived'
  const last = stage.server.journal.token.findLast(({grant}) => grant === 'refresh_token')
  return last?.committedAt ? 'committed, not saved' : 'sent'
}
