import {execFileSync} from 'node:child_process'
import {smallDisk, type SmallDisk} from '../../packages/plugin-auth/test/support/small-disk.ts'
import {fill, freeUp} from '../support/ballast.ts'
import {RefreshStage} from '../support/refresh-stage.ts'
import type {Section} from './section.ts'
import type {Tally} from './tally.ts'

const FULL = {code: 'STORE_FULL', exit: 74}
const READ_ONLY = {code: 'STORE_READ_ONLY', exit: 74}

export const disk: Section = {
  name: 'disk',
  summary: 'a full, a read-only and an immutable home, before and during a held request (--disks 2)',
  async run(tally, sizes) {
    const made = smallDisk(1024)
    if (typeof made === 'string') {
      tally.skipped = made
      return
    }

    using mounted = made
    for (const storage of ['file', 'key'] as const) {
      await using stage = await RefreshStage.create({storage, root: mounted.root})
      for (let round = 0; round < sizes('disks', 2); round++) {
        await before(stage, mounted, tally)
        await during(stage, tally, `${storage}, filled during the request`, {
          put: () => fill(mounted.root),
          take: () => freeUp(mounted.root),
        })
        await during(stage, tally, `${storage}, made immutable during the request`, immutable(stage))
      }

      tally.observe(stage)
    }
  },
}

async function before(stage: RefreshStage, {root, setReadOnly}: SmallDisk, tally: Tally): Promise<void> {
  tally.rounds++
  for (const [expected, put, take] of [
    [FULL, () => fill(root), () => freeUp(root)],
    [READ_ONLY, async () => setReadOnly(true), async () => setReadOnly(false)],
  ] as const) {
    const where = `${stage.storage}, ${expected.code} before`
    tally.succeeded(await stage.refresh(), where)
    if (stage.storage === 'file') await stage.makeDue()
    await put()
    tally.succeeded(await stage.list(), `${where}, valid token`)
    await take()
    await stage.expire()
    const requests = stage.refreshRequests
    await put()
    tally.failed(await stage.list(), expected, where)
    tally.demand(stage.refreshRequests === requests, `${where}: something was sent`)
    await take()
    tally.succeeded(await stage.list(), `${where}, afterwards`)
    await tally.demandAlive(stage, where)
  }
}

interface Obstacle {
  readonly put: () => Promise<void>
  readonly take: () => Promise<void>
}

/** The answer is on its way, and then the home cannot be written: it is stored all the same, here or elsewhere. */
async function during(stage: RefreshStage, tally: Tally, where: string, {put, take}: Obstacle): Promise<void> {
  tally.rounds++
  await stage.expire()
  const requests = stage.refreshRequests
  const hold = stage.server.faults.token.add({hold: 'after', grant: 'refresh_token'})
  const started = stage.start()
  await Promise.race([hold.held(), started.ended])
  await put()
  hold.release()
  const run = await started.ended
  await take()
  tally.meet(`${where}: exit ${run.code}`)
  tally.runs++
  tally.demand(stage.refreshRequests - requests === 1, `${where}: ${stage.refreshRequests - requests} requests`)
  await tally.demandAlive(stage, where)
}

/** What a read-only remount would be, which the kernel refuses while files are open for writing. */
function immutable({home, storage}: RefreshStage): Obstacle {
  const place = storage === 'file' ? 'config.json' : 'identity/sessions'
  const change = (flag: string) => async () => {
    execFileSync('chattr', ['-R', flag, `${home.superset}/${place}`], {stdio: 'pipe'})
  }

  return {put: change('+i'), take: change('-i')}
}
