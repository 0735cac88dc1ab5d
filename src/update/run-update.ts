import {type Config, ux} from '@oclif/core'
import {startEnvironment} from '../env.ts'
import {usage} from '../cli/errors.ts'
import {currentPolicy} from '../policy/current.ts'
import {stoppable} from '../cli/stoppable.ts'
import type {AvailableRelease, UpdateResult} from '../own-shapes.ts'
import {listAvailableReleases} from './available.ts'
import type {UpdateRequest} from './decide.ts'
import {hasCurrent, installationOf} from './installation.ts'
import {lock} from './lock.ts'
import {changePreferences} from './preferences.ts'
import {storageProblem} from './problems.ts'
import {isChannel, isVersion} from './release-version.ts'
import {buildSettings, demandAuto, updateSettings} from './settings.ts'
import {channelFor, update, type UpdateContext} from './update.ts'

/** Everything that updating takes, but for the signal that stops it. */
export type UpdateTools = Omit<UpdateContext, 'signal'>
export type AvailableReleases = readonly AvailableRelease[]

export interface UpdateFlags {
  readonly channel?: string | undefined
  readonly force: boolean
  readonly rollback: boolean
  readonly version?: string | undefined
}

export interface OutputContext {
  readonly isHuman: boolean
  readonly tell: UpdateContext['tell']
}

/** What updating takes from this program, or how else this copy of it is updated. */
export function updatingOf(config: Config, {isHuman, tell}: OutputContext): UpdateTools | string {
  const installation = installationOf(config.root, config.version)
  if (!installation || process.platform === 'win32' || !hasCurrent(installation)) return otherWay(config.root)
  const policy = currentPolicy()
  return {
    installation,
    policy,
    tell,
    settings: () => updateSettings(buildSettings(config.pjson), policy),
    platform: `${process.platform}-${process.arch}`,
    environment: startEnvironment(),
    progress: progressOn(process.stderr, isHuman),
  }
}

export function updateTo({channel, force, rollback, version}: UpdateFlags, updating: UpdateTools) {
  return stoppable(async (signal): Promise<UpdateResult> => {
    const asked = rollback ? ({by: 'rollback'} as const) : await asking({channel, force, version}, updating)
    return update(asked, {...updating, signal})
  })
}

/** @throws Problem POLICY_REFUSED (77), UPDATE_BUSY (75), UPDATE_NOT_WRITABLE, UPDATE_DISK_FULL (74) */
export async function setAutoUpdate(auto: boolean, {installation: {root}, policy}: UpdateTools): Promise<void> {
  if (auto) demandAuto(policy)
  try {
    await stoppable(async (signal) => {
      using _held = await lock(root, {signal, waiting() {}, waitMs: 30_000})
      await changePreferences(root, {auto})
    })
  } catch (error) {
    throw storageProblem(error, root)
  }
}

export function listAvailable(updating: UpdateTools): Promise<AvailableReleases> {
  const {installation, platform, settings} = updating
  return stoppable((signal) => listAvailableReleases(settings(), installation, platform, {...updating, signal}))
}

async function asking(
  {channel, force, version}: Omit<UpdateFlags, 'rollback'>,
  updating: UpdateTools,
): Promise<UpdateRequest> {
  if (version !== undefined && !isVersion(version))
    throw usage(`${JSON.stringify(version)} is not a version such as 1.2.3.`)
  if (channel !== undefined && !isChannel(channel))
    throw usage(`${JSON.stringify(channel)} is not the name of a channel.`)
  if (version !== undefined) return {by: 'version', version, force}
  return {by: 'channel', channel: await channelFor(channel, updating), chosen: channel !== undefined, force}
}

function otherWay(root: string): string {
  if (process.platform === 'win32') return 'On Windows superset is updated by installing the newer release over it.'
  return root.split(/[/\\]/).includes('node_modules')
    ? 'This copy was installed by npm; update it as it was installed, with `npm install --global`.'
    : 'This copy was not set up by the install script; put the newer release, or the newer sources, in its place.'
}

/** oclif's spinner, as its own updater turns it; on a terminal only. */
function progressOn(stream: NodeJS.WriteStream, isHuman: boolean): UpdateContext['progress'] {
  if (!isHuman || !stream.isTTY) return () => {}
  return (received, size) => {
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)
    if (!ux.action.running) ux.action.start('Downloading')
    ux.action.status = `${megabytes(received)}/${megabytes(size)} MB`
    if (received === size) ux.action.stop()
  }
}
