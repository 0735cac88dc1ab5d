import {cp, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {Home, type CliOptions} from '../support/cli.ts'
import {RefreshStage} from '../support/refresh-stage.ts'
import type {Section} from './section.ts'
import type {Tally} from './tally.ts'

const COPIED = {code: 'AUTH_COPIED', exit: 4}

export const copy: Section = {
  name: 'copy',
  summary: 'a home copied to another machine presents nothing (--copies 2)',
  async run(tally, sizes) {
    for (const storage of ['file', 'key'] as const) await play(storage, tally, sizes('copies', 2))
  },
}

async function play(storage: 'file' | 'key', tally: Tally, rounds: number): Promise<void> {
  await using stage = await RefreshStage.create({storage})
  await using copied = await Home.create()
  const elsewhere = await onAnotherMachine(copied)
  const probe = await copied.run(['--version'], elsewhere)
  if (probe.code !== 0) {
    tally.skipped = `no other machine can be feigned here: ${probe.stderr.trim()}`
    return
  }

  for (let round = 0; round < rounds; round++) await playRound(stage, copied, elsewhere, tally)
  tally.observe(stage)
}

/** The same processes with another /etc/machine-id, in a mount namespace of their own. */
async function onAnotherMachine(home: Home): Promise<CliOptions> {
  const id = path.join(home.path, 'machine-id')
  await writeFile(id, `${'7'.repeat(32)}\n`)
  const mountAndRun = 'mount --bind "$0" /etc/machine-id && exec "$@"'
  return {prefix: ['unshare', '--mount', 'sh', '-c', mountAndRun, id]}
}

async function playRound(stage: RefreshStage, copied: Home, elsewhere: CliOptions, tally: Tally): Promise<void> {
  tally.rounds++
  const {env} = stage
  const list = () => copied.run(['tasks', 'list', '--json'], {...elsewhere, env})
  // A command may be done before its helper is; the journals and drafts of that one are no part of a home.
  const isLasting = (file: string) => !/-journal$|\.tmp$/.test(file)
  const copyHome = () => cp(stage.home.superset, copied.superset, {recursive: true, force: true, filter: isLasting})
  await stage.refresh()
  await copyHome()
  tally.succeeded(await list(), 'copy, valid token')
  await stage.expire()
  await copyHome()
  const before = stage.refreshRequests
  tally.failed(await list(), COPIED, 'copy, expired token')
  tally.demand(stage.refreshRequests === before, 'copy: something was sent')
  tally.succeeded(await stage.list(), 'the original, expired token')
  // The copy holds a spent token now; to present it would end everything.
  tally.failed(await list(), COPIED, 'copy, the original went on')
  const out = await copied.run(['auth', 'logout', '--json'], {...elsewhere, env})
  tally.meet(`logout of the copy: exit ${out.code}`)
  await tally.demandAlive(stage, 'the original, after the logout of the copy')
}
