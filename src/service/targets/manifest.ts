import {EXIT, Problem} from '@superset/identity'
import {hostOf, isLoopback} from '@superset/identity/network'
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {integer, looseObject, maxValue, minValue, nullish, number, pipe, safeParse, string} from 'valibot'
import {readJson} from '../../configuration/files.ts'

/** What a host service leaves for the programs of its user while it runs. */
export interface Manifest {
  readonly file: string
  readonly pid: number
  /** Origin on this machine, without a trailing slash. */
  readonly endpoint: string
  /** As secret as a password. */
  readonly authToken: string
  /** Ms since 1970; absent where it does not say. */
  readonly startedAt?: number
}

const Shape = looseObject({
  pid: pipe(number(), integer(), minValue(1), maxValue(2 ** 31 - 1)),
  endpoint: string(),
  authToken: pipe(string()),
  startedAt: nullish(number()),
})
/** What may stand in a header. */
const VISIBLE = /^[\x21-\x7e]+$/

/**
 * That of the host service which runs here for an organization.
 * @returns `undefined` where there is none
 * @throws Problem HOST_MANIFEST, CONFIG_* (78)
 */
export function readManifest(homeDir: string, organizationId: string): Manifest | undefined {
  const file = fileOf(homeDir, organizationId)
  const value = readJson(file)
  if (value === undefined) return undefined
  const {output, success} = safeParse(Shape, value)
  if (!success || !VISIBLE.test(output.authToken)) throw bad(file, 'is not one of a host service')
  const {authToken, pid, startedAt} = output
  return {file, pid, authToken, endpoint: originOf(output.endpoint, file), ...(startedAt != null && {startedAt})}
}

/** Ids of the other organizations that a host service has left a manifest for. */
export function otherManifests(homeDir: string, organizationId: string): string[] {
  try {
    const all = readdirSync(path.join(homeDir, 'host'))
    return all.filter((id) => id !== organizationId && exists(fileOf(homeDir, id)))
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    return []
  }
}

function fileOf(homeDir: string, organizationId: string): string {
  return path.join(homeDir, 'host', path.basename(organizationId), 'manifest.json')
}

function exists(file: string): boolean {
  try {
    return readJson(file) !== undefined
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return false
  }
}

/** Its secret never leaves this machine. */
function originOf(endpoint: string, file: string): string {
  if (!URL.canParse(endpoint)) throw bad(file, 'names no address')
  const url = new URL(endpoint)
  const isOrigin = url.username === '' && url.password === '' && url.pathname === '/' && url.search === ''
  if (!isOrigin || !/^https?:$/.test(url.protocol)) throw bad(file, 'names an address that no host service has')
  if (!isLoopback(hostOf(url))) throw bad(file, 'names an address outside this machine; its secret is not sent there')
  return url.origin
}

function bad(file: string, what: string): Problem {
  return new Problem({
    code: 'HOST_MANIFEST',
    message: `The manifest of the host service ${what} (${file}).`,
    exit: EXIT.configuration,
    suggestions: [`Remove ${file} and start the host service again.`],
  })
}

/** Programs start within this time of what the clock said then, whatever the clock was set to meanwhile. */
const TOLERANCE_MS = 60_000
/** USER_HZ: the same on every Linux. */
const TICK_MS = 10

/**
 * Whether the process that wrote a manifest may be the one with its number now. A sign, not a proof: numbers are given out
 * again, containers share homes and not numbers, clocks are set.
 */
export function mayLive({pid, startedAt}: Pick<Manifest, 'pid' | 'startedAt'>): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: another user's, who has no manifest in this home.
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    return false
  }

  const began = startOf(pid)
  return began === undefined || startedAt === undefined || began <= startedAt + TOLERANCE_MS
}

/** When a process started, in ms since 1970; on Linux alone. */
function startOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\)\s*/s, '')
      .split(' ')
    const bootedAt = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]
    const ticks = Number(fields[19])
    return bootedAt === undefined || !Number.isFinite(ticks) ? undefined : Number(bootedAt) * 1000 + ticks * TICK_MS
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    return undefined
  }
}
