import {isProblem, nameProgram} from '@superset/identity'
import {readFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {hindrance} from './auto-update.ts'
import {startEnvironment} from '../env.ts'
import {currentPolicy, loadPolicy} from '../policy/current.ts'
import {judge, type AutoUpdateDecision} from './by-itself.ts'
import {current, hasCurrent, type Installation, installationOf, unfinishedName} from './installation.ts'
import {lock} from './lock.ts'
import {begun, keepLook, lastLook, type UpdateCheck} from './look.ts'
import {installationId, preferences} from './preferences.ts'
import {buildSettings, updateSettings} from './settings.ts'
import {channelFor, update} from './update.ts'

/**
 * The daily update: a program of its own, with nobody's terminal, that yields to whatever else this machine does. It does what
 * `superset update` does, if the release is for this installation yet, and leaves a note of it. Whatever goes wrong, there is
 * another day.
 */
const MINUTE_MS = 60_000
const DEADLINE_MS = 30 * MINUTE_MS
/** What people do goes before, and the machine may be busy. */
const START_DEADLINE_MS = 2 * MINUTE_MS
const WAIT_MS = 10_000

type Outcome = Pick<UpdateCheck, 'code' | 'from' | 'outcome' | 'version'>

const controller = new AbortController()
setTimeout(() => controller.abort(), DEADLINE_MS)
setTimeout(() => process.exit(1), DEADLINE_MS + MINUTE_MS)
try {
  os.setPriority(os.constants.priority.PRIORITY_LOW)
} catch (error) {
  // Some sandboxes forbid it: then it is no less right, only less polite.
  if (!(error instanceof Error && 'errno' in error)) throw error
}

const app = path.resolve(import.meta.dirname, '../..')
const pjson = JSON.parse(readFileSync(path.join(app, 'package.json'), 'utf8')) as {version: string}
const installation = installationOf(app, pjson.version)
await loadPolicy()
if (installation && hasCurrent(installation) && (await hindrance(installation.root)) === undefined) {
  const outcome = await attempt(installation).catch((error: unknown): Outcome => {
    return {outcome: 'failed', code: isProblem(error) ? error.code : 'UNEXPECTED_ERROR'}
  })
  const {at, next} = lastLook(installation.root) ?? begun(Date.now(), Math.random())
  keepLook(installation.root, {at, next, ...outcome}, unfinishedName('look'))
}

process.exit(0)

async function attempt({root, ...rest}: Installation): Promise<Outcome> {
  const whole = {root, ...rest}
  const policy = currentPolicy()
  const settings = updateSettings(buildSettings(pjson), policy)
  nameProgram(`superset/${pjson.version}`)
  const standing = await standingOf(whole)
  let verdict: AutoUpdateDecision | undefined
  let version: string | undefined
  const updated = await update(
    {
      by: 'itself',
      channel: await channelFor(undefined, {installation: whole, policy, settings: () => settings}),
      mayTake(offered) {
        ;({version} = offered)
        verdict = judge(offered, standing)
        return verdict === 'take'
      },
    },
    {
      installation: whole,
      policy,
      settings: () => settings,
      platform: `${process.platform}-${process.arch}`,
      environment: startEnvironment(),
      deadlineMs: START_DEADLINE_MS,
      waitMs: WAIT_MS,
      signal: controller.signal,
      tell() {},
      progress() {},
    },
  )
  const seen = version === undefined ? {} : {version}
  if (updated.changed) return {outcome: 'updated', version: updated.to, from: updated.from}
  return {outcome: verdict === undefined || verdict === 'take' ? 'current' : verdict, ...seen}
}

async function standingOf({root, version}: Installation) {
  using _held = await lock(root, {signal: controller.signal, waiting() {}, waitMs: WAIT_MS})
  const {left} = await preferences(root)
  return {id: await installationId(root), left, current: (await current(root))?.version ?? version}
}
