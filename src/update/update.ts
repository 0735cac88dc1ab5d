import type {UpdateResult} from '../own-shapes.ts'
import {demandMinimum} from '../policy/minimum-version.ts'
import type {Policy} from '../policy/policy.ts'
import {fetchRelease, type FetchContext} from './bring.ts'
import {
  type UpdateRequest,
  decideChannel,
  decideRollback,
  decideVersion,
  type Decision,
  type Situation,
} from './decide.ts'
import {rememberSerial, seenSerial} from './freshness.ts'
import {channelRelease, versionRelease} from './host.ts'
import {
  current,
  followedChannel,
  type Installation,
  installed,
  type InstalledVersion,
  keepFile,
  versionsFolder,
} from './installation.ts'
import {lock} from './lock.ts'
import type {Pointer} from './payload.ts'
import {storageProblem} from './problems.ts'
import {rememberLeft} from './preferences.ts'
import {demandAllowed, demandEnabled, type UpdateSettings} from './settings.ts'
import {demandStart} from './start-check.ts'
import {prune, sweep} from './sweep.ts'
import {markUsed, switchOver} from './switch-over.ts'
import {noteSerial, tidyUp} from './tidy-up.ts'

export interface UpdateContext extends FetchContext {
  readonly installation: Installation
  /** Such as `linux-x64`. */
  readonly platform: string
  readonly policy: Policy | undefined
  /** Asked for only where the network is needed: going back needs none. */
  readonly settings: () => UpdateSettings
  /** A line for the person. */
  readonly tell: (line: string) => void
  /** How long another update may take; ten minutes unless given. */
  readonly waitMs?: number
}

const WAIT_MS = 10 * 60_000

/**
 * Brings this installation to what was asked for. However it ends, `current` leads to a whole version that has started
 * at least once.
 * @throws Problem UPDATE_*, POLICY_REFUSED
 */
export async function update(asked: UpdateRequest, updating: UpdateContext): Promise<UpdateResult> {
  const {installation, signal} = updating
  demandEnabled(updating.policy)
  try {
    const offered = await offeredBy(asked, updating)
    const before = await situation(installation)
    const first = decide(asked, offered, before)
    if (first.act !== 'stay') demandMinimum(targetOf(first), updating.policy)
    if (first.act === 'stay') return await stay(asked, offered, before, updating)
    const waiting = () => updating.tell('Another update is under way; waiting for it to end.')
    using _held = await lock(installation.root, {signal, waiting, waitMs: updating.waitMs ?? WAIT_MS})
    await sweep(installation.root)
    // What another update has done meanwhile counts.
    const now = await situation(installation)
    const decision = decide(settled(asked, first), offered, now)
    return await carryOut(decision, asked, offered, now, updating)
  } catch (error) {
    signal.throwIfAborted()
    throw storageProblem(error, installation.root)
  }
}

/** The channel that an update without one follows. @throws Problem POLICY_REFUSED (77) */
export async function channelFor(
  chosen: string | undefined,
  {installation, policy, settings}: Pick<UpdateContext, 'installation' | 'policy' | 'settings'>,
): Promise<string> {
  if (chosen !== undefined) demandAllowed(chosen, policy)
  const {channel, onlyChannel} = settings()
  return chosen ?? onlyChannel ?? (await followedChannel(installation)) ?? channel
}

function targetOf(decision: Decision): string {
  return decision.act === 'switch' ? decision.to.version : decision.version
}

async function situation({root, version}: Installation): Promise<Situation> {
  return {running: version, current: await current(root), installed: await installed(root)}
}

async function offeredBy(
  asked: UpdateRequest,
  {installation, settings, platform, ...asking}: UpdateContext,
): Promise<Pointer | undefined> {
  if (asked.by !== 'channel' && asked.by !== 'itself') return undefined
  const seen = await seenSerial(installation.root, asked.channel)
  return channelRelease(settings(), asked.channel, platform, {...asking, seen})
}

function decide(asked: UpdateRequest, offered: Pointer | undefined, now: Situation): Decision {
  if (asked.by === 'rollback') return decideRollback(now)
  if (asked.by === 'version') return decideVersion(asked.version, asked.force, now)
  if (!offered) throw new Error('a channel was asked for without its release')
  if (asked.by === 'channel') return decideChannel(offered, asked.force, now)
  return asked.mayTake(offered) ? decideChannel(offered, false, now) : {act: 'stay', version: offered.version}
}

/** One step back is one step, also for two who take it at once. */
function settled(asked: UpdateRequest, first: Decision): UpdateRequest {
  const isStep = asked.by === 'rollback' && first.act === 'switch'
  return isStep ? {by: 'version', version: first.to.version, force: false} : asked
}

async function stay(
  asked: UpdateRequest,
  offered: Pointer | undefined,
  {current, running}: Situation,
  {installation}: UpdateContext,
): Promise<UpdateResult> {
  await follow(asked, installation)
  if (offered) await noteSerial(installation.root, offered.channel, offered.serial)
  await tidyUp(installation.root)
  const version = current?.version ?? running
  return {from: version, to: version, changed: false}
}

async function carryOut(
  decision: Decision,
  asked: UpdateRequest,
  offered: Pointer | undefined,
  now: Situation,
  updating: UpdateContext,
): Promise<UpdateResult> {
  const {installation, signal} = updating
  const from = now.current?.version ?? now.running
  if (decision.act === 'stay') return stayAfterAll(decision.version, from)
  const isOnDisk = decision.act === 'switch'
  const to = isOnDisk ? decision.to : await fetched(decision.version, offered, updating)
  if (isOnDisk) await demandStart(`${versionsFolder(installation.root)}/${to.folder}`, to.version, updating)
  signal.throwIfAborted()
  if (now.current) await markUsed(installation.root, now.current)
  await markUsed(installation.root, to)
  // Before the switch: else whoever is killed in between would be brought again what he left.
  await noted(installation.root, () => rememberLeft(installation.root, from, to.version))
  await switchOver(installation.root, to)
  await follow(asked, installation)
  if (offered) await noted(installation.root, () => rememberSerial(installation.root, offered.channel, offered.serial))
  // What cannot be removed now is removed by a later update; this one is done.
  await prune(installation, Date.now()).catch(() => {})
  return {from, to: to.version, changed: from !== to.version || !isOnDisk, source: isOnDisk ? 'disk' : 'download'}
}

/** On a full disk, going to a version that is there is worth more than a note of it. */
async function noted(root: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (storageProblem(error, root) === error) throw error
  }
}

/** Another update did the same while this one waited. */
function stayAfterAll(to: string, from: string): UpdateResult {
  return {from, to, changed: false}
}

async function fetched(
  version: string,
  offered: Pointer | undefined,
  updating: UpdateContext,
): Promise<InstalledVersion> {
  const {installation, platform, policy, settings} = updating
  const release = offered ?? (await versionRelease(settings(), version, platform, updating))
  demandAllowed(release.channel, policy)
  return fetchRelease(settings().base, release, installation.root, updating)
}

async function follow(asked: UpdateRequest, installation: Installation): Promise<void> {
  if (asked.by !== 'channel' || !asked.chosen || asked.channel === (await followedChannel(installation))) return
  // Later updates without a channel follow this one.
  keepFile(installation.root, 'channel', `${asked.channel}\n`)
}
