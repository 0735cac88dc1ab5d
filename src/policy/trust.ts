import {accessSync, constants, lstatSync, readFileSync, readlinkSync, type Stats} from 'node:fs'
import path from 'node:path'

/** What deciding about trust needs to know of the machine and of who asks. */
export interface View {
  /** Says what is there, links not followed. @throws as `lstatSync` */
  readonly lstat: (name: string) => Pick<Stats, 'isDirectory' | 'isFile' | 'isSymbolicLink' | 'mode' | 'uid'>
  readonly readlink: (name: string) => string
  /** Whether the caller can write it, whatever the reason: access lists count here. Always false for root, who can. */
  readonly canWrite: (name: string) => boolean
  /** Owners that stand for root. */
  readonly roots: readonly number[]
}

const OTHERS_MAY_WRITE = 0o022
const MOST_LINKS = 40

/** A path whose every part belongs to root and is out of everybody else's reach, or what is wrong with it. */
export type Trust = {readonly fault: string; readonly missing?: boolean} | {readonly realPath: string}

/**
 * Follows a path part by part, links too, and trusts it only when nobody but root could have chosen where it leads.
 * @returns `missing` where the last part alone is not there
 */
export function examinePath(file: string, view: View): Trust {
  const waiting = parts(file)
  let reached = path.parse(file).root
  let links = 0
  const faultOfRoot = faultOf(reached, view)
  if (faultOfRoot !== undefined) return {fault: faultOfRoot}
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const next = path.join(reached, part)
    const fault = faultOf(next, view)
    if (fault === ABSENT && waiting.length === 0 && links === 0) return {fault, missing: true}
    if (fault !== undefined) return {fault: fault === ABSENT ? `leads to ${next}, which is not there` : fault}
    if (!view.lstat(next).isSymbolicLink()) reached = next
    else if (++links > MOST_LINKS) return {fault: 'is a link without an end'}
    else {
      const target = view.readlink(next)
      waiting.unshift(...parts(target))
      if (path.isAbsolute(target)) reached = path.parse(target).root
    }
  }

  return {realPath: reached}
}

const ABSENT = 'is not there'

function faultOf(name: string, view: View): string | undefined {
  try {
    const {isLink, mode, uid} = pick(view.lstat(name))
    if (!view.roots.includes(uid)) return `is not trusted: ${name} does not belong to root`
    if (isLink) return undefined
    if (mode & OTHERS_MAY_WRITE || view.canWrite(name)) return `is not trusted: others than root can write ${name}`
    return undefined
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? ABSENT : `cannot be examined: ${name} (${code ?? 'unknown fault'})`
  }
}

function pick(stats: ReturnType<View['lstat']>): {mode: number; uid: number; isLink: boolean} {
  return {mode: stats.mode, uid: stats.uid, isLink: stats.isSymbolicLink()}
}

function parts(name: string): string[] {
  return name.split(path.sep).filter((part) => part !== '' && part !== '.')
}

/** The machine as it is, seen by whoever runs this. */
export function realView(): View {
  const isRoot = process.geteuid?.() === 0
  return {
    lstat: (name) => lstatSync(name),
    readlink: (name) => readlinkSync(name),
    canWrite: (name) => !isRoot && mayWrite(name),
    roots: [0, ...overflowOwner()],
  }
}

function mayWrite(name: string): boolean {
  try {
    accessSync(name, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Inside a user namespace the owner of what belongs to the machine's root is the overflow uid. It means root only where
 * nobody of this namespace can be that uid.
 */
function overflowOwner(): readonly number[] {
  if (process.platform !== 'linux') return []
  try {
    const overflow = Number(readFileSync('/proc/sys/kernel/overflowuid', 'utf8'))
    return overflowIsNobody(readFileSync('/proc/self/uid_map', 'utf8'), overflow) ? [overflow] : []
  } catch {
    // Without /proc nothing is known of namespaces; then root is root alone.
    return []
  }
}

/** @param map `/proc/self/uid_map`: first uid inside, first uid outside, count */
export function overflowIsNobody(map: string, overflow: number): boolean {
  const ranges = map
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return ranges.every(([inside = 0, , count = 0]) => overflow < inside || overflow >= inside + count)
}
