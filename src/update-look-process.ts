import {readFileSync} from 'node:fs'
import path from 'node:path'
import {readNetworkEnvironment} from './env.ts'
import {configureNetwork, trustSystem} from './network.ts'
import {currentPolicy, loadPolicy} from './policy/current.ts'
import {seenSerial} from './update/freshness.ts'
import {channelRelease} from './update/host.ts'
import {installationOf} from './update/installation.ts'
import {leaveNotice} from './update/leave-notice.ts'
import {compareVersions} from './update/release-version.ts'
import {buildSettings, updateSettings} from './update/settings.ts'
import {channelFor} from './update/update.ts'

/**
 * The daily look for a newer version: a program of its own, with nobody's terminal. It reads the channel's signed pointer,
 * downloads nothing else, and leaves a note for the next command. Whatever goes wrong, there is another day.
 */
const DEADLINE_MS = 5000
setTimeout(() => process.exit(1), DEADLINE_MS)

const app = path.dirname(import.meta.dirname)
const pjson = JSON.parse(readFileSync(path.join(app, 'package.json'), 'utf8')) as {version: string}
const installation = installationOf(app, pjson.version)
if (installation) {
  await loadPolicy()
  const policy = currentPolicy()
  const settings = updateSettings(buildSettings(pjson), policy)
  configureNetwork(readNetworkEnvironment())
  trustSystem()
  const channel = await channelFor(undefined, {installation, policy, settings: () => settings})
  const {version} = await channelRelease(settings, channel, `${process.platform}-${process.arch}`, {
    userAgent: `superset/${pjson.version}`,
    signal: AbortSignal.timeout(DEADLINE_MS),
    seen: await seenSerial(installation.root, channel),
  })
  if (compareVersions(version, pjson.version) > 0) await leaveNotice(installation.root, pjson.version, version)
}

process.exit(0)
