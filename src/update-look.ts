import path from 'node:path'
import {outputMode, printable, writeText} from '@superset/identity'
import {agentMode, updateLookEnvironment, updateLookOff} from './env.ts'
import {currentPolicy} from './policy/current.ts'
import {known, noticed, rootOf, settle} from './update/notice.ts'

/** The command that has just ended. */
export interface Ended {
  readonly id: string | undefined
  readonly argv: readonly string[]
  /** The folder of the program's package.json. */
  readonly app: string
  readonly version: string
  readonly bin: string
}

/**
 * At the end of a person's command: tells once of a newer version, or starts the look for one, at most once a day. Costs
 * one `stat` when there is neither; never waits.
 */
export async function lookForUpdate({app, argv, bin, id, version}: Ended): Promise<void> {
  const isAttended = process.stdin.isTTY && process.stdout.isTTY && process.stderr.isTTY
  const root = rootOf(app)
  if (!isAttended || root === undefined || id?.startsWith('update')) return
  if (updateLookOff() || outputMode(argv, agentMode()) !== 'human') return
  const {hasNotice, isLookDue} = known(root, Date.now())
  if (!hasNotice && !isLookDue) return
  const newer = hasNotice ? noticed(root, version) : undefined
  // First of all the trace: what other runs see of this one, and whether this user could update at all.
  if (!settle(root) || currentPolicy()?.update?.enabled === false) return
  if (newer !== undefined)
    writeText(process.stderr, `superset ${printable(newer)} is out; this is ${version}. Run \`${bin} update\`.`)
  else if (isLookDue) await look(app)
}

/** In a process of its own, which ends by itself after five seconds at most. */
async function look(app: string): Promise<void> {
  // Not loaded with this file: every command of a person passes by here.
  const {spawn} = await import('node:child_process')
  const child = spawn(process.execPath, [path.join(app, 'dist/update-look-process.js')], {
    detached: true,
    cwd: '/',
    env: {...updateLookEnvironment()},
    stdio: 'ignore',
    windowsHide: true,
  })
  // Where no process can be started there is no look today.
  child.on('error', () => {})
  child.unref()
}
