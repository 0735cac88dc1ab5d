import {writeText} from '@superset/identity'
import path from 'node:path'
import type {CommandLine} from '../cli/command-line.ts'
import {autoUpdateEnvironment, autoUpdateOff, debugging} from '../env.ts'
import {currentPolicy, policyProblem} from '../policy/current.ts'
import {begun, isDue, isOwn, keepLook, lastLook, type UpdateCheck, rootOf, untold} from './look.ts'

/** The run of a command. */
export interface CommandRun {
  readonly line: CommandLine
  /** The folder of the program's package.json. */
  readonly app: string
  readonly version: string
}

/** Why an installation does not update by itself. */
export type Hindrance = 'not-yours' | 'policy' | 'setting' | 'variable'

/** Before a person's command: says once that superset has updated itself. One small file is read, and nothing waited for. */
export function tellOfUpdate(running: CommandRun): Promise<void> {
  return quietly(() => tell(running))
}

async function tell({app, line, version}: CommandRun): Promise<void> {
  const root = rootOf(app)
  if (root === undefined || !isPersons(line) || !untold(lastLook(root), version)) return
  const told = await changeLook(root, (look) => {
    if (!look || !untold(look, version)) return undefined
    const {from: _, ...rest} = look
    return rest
  })
  const news = told === 'unchanged' ? undefined : untold(told, version)
  if (news)
    writeText(
      process.stderr,
      `superset has updated itself from ${news.from} to ${version}. \`superset update --rollback\` goes back.`,
    )
}

/**
 * After a person's command, whatever came of it (a fault that it ended with may be mended by now): starts the look for a newer
 * version, at most once a day, in a process of its own. Never waits for it.
 */
export function startAutoUpdate(running: CommandRun): Promise<void> {
  return quietly(() => start(running))
}

async function start({app, line}: CommandRun): Promise<void> {
  const root = rootOf(app)
  if (root === undefined || line.words[0] === 'update' || !isPersons(line) || !isDue(lastLook(root), Date.now())) return
  if ((await hindrance(root)) !== undefined) return
  // Of many runs at once one finds it due here, and begins it in the same moment: the others find it begun.
  const before = await changeLook(root, (look) =>
    isDue(look, Date.now()) ? begun(Date.now(), Math.random()) : undefined,
  )
  if (before === 'unchanged') return
  // Not loaded with this file: every command of a person passes by here.
  const {spawn} = await import('node:child_process')
  const child = spawn(process.execPath, [path.join(app, 'dist/update/auto-update-process.js')], {
    detached: true,
    cwd: '/',
    env: {...autoUpdateEnvironment()},
    stdio: 'ignore',
    windowsHide: true,
  })
  // Where no process can be started there is no look today.
  child.on('error', () => {})
  child.unref()
}

/** For whom else it is off is decided with each run: CI, agents, and where nobody watches. */
export async function hindrance(root: string): Promise<Hindrance | undefined> {
  const rules = currentPolicy()?.update
  if (policyProblem() || rules?.enabled === false || rules?.auto === false) return 'policy'
  if (autoUpdateOff()) return 'variable'
  if (process.platform === 'win32' || !isOwn(root, process.getuid?.())) return 'not-yours'
  const {preferences} = await import('./preferences.ts')
  return (await preferences(root)).auto ? undefined : 'setting'
}

/** No fault of this is one of the command that was asked for. */
async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (debugging()) writeText(process.stderr, `updating by itself: ${String(error)}`)
  }
}

function isPersons({mode}: CommandLine): boolean {
  const isAttended = process.stdin.isTTY && process.stdout.isTTY && process.stderr.isTTY
  return isAttended && mode === 'human'
}

/** @returns what was there before; `unchanged` where nothing was to change, or could be */
async function changeLook(
  root: string,
  change: (look: UpdateCheck | undefined) => UpdateCheck | undefined,
): Promise<UpdateCheck | 'unchanged' | undefined> {
  const [{tryLock}, {unfinishedName}] = await Promise.all([import('./lock.ts'), import('./installation.ts')])
  using held = await tryLock(root)
  if (!held) return 'unchanged'
  const before = lastLook(root)
  const after = change(before)
  return after && keepLook(root, after, unfinishedName('look')) ? before : 'unchanged'
}
