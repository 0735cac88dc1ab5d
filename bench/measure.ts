import {spawn} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/** One way to start something. */
export interface Candidate {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Before each run, and not measured. */
  readonly before?: () => Promise<unknown> | undefined
  /** Times a bare node, for wall and CPU time. */
  readonly goal?: number
  readonly exit?: number
}

export interface Usage {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakMiB: number
}

export const BARE: Candidate = {name: 'node -e 0', command: process.execPath, args: ['-e', '0']}

const USAGE = path.join(import.meta.dirname, 'usage.cjs')
/** A bare start that takes so much longer at times says that others use the machine. */
const STEADY = 1.35

/** Of Linux' /proc, for all that has ended below this process (proc_pid_stat(5), cutime and cstime), in steps of 10 ms. */
function childrenCpuMs(): number | undefined {
  if (!existsSync('/proc/self/stat')) return undefined
  const fields = readFileSync('/proc/self/stat', 'latin1')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

/**
 * A whole process, one at a time. Its memory is said by itself: for one that is not Node, that is nothing; and where there is no
 * /proc, so is its CPU time, without what its end costs.
 * @throws Error when it ends otherwise than expected
 */
export async function measureRun(candidate: Candidate, env: Readonly<Record<string, string>>): Promise<Usage> {
  await candidate.before?.()
  const before = childrenCpuMs()
  const startedAt = performance.now()
  const child = spawn(candidate.command, candidate.args, {
    env: {...env, ...candidate.env, NODE_OPTIONS: `--require=${USAGE}`},
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  child.stdio[3]?.on('data', (bytes: Buffer) => (said += bytes.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const wallMs = performance.now() - startedAt
  if (code !== (candidate.exit ?? 0)) throw new Error(`${candidate.name}: exit ${code}: ${errors}`)
  const used = said
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as {cpuMs: number; peakKiB: number})
  return {
    wallMs,
    cpuMs: (childrenCpuMs() ?? 0) - (before ?? 0) || used.reduce((sum, {cpuMs}) => sum + cpuMs, 0),
    peakMiB: Math.max(0, ...used.map(({peakKiB}) => peakKiB / 1024)),
  }
}

/** Starts every candidate once in each round, in turn, so that a busy moment of the machine hits all of them alike. */
export async function measureInTurn(
  candidates: readonly Candidate[],
  env: Readonly<Record<string, string>>,
  rounds: number,
): Promise<ReadonlyMap<string, readonly Usage[]>> {
  const found = new Map(candidates.map(({name}) => [name, [] as Usage[]]))
  // The first start fills caches.
  for (const candidate of candidates) await measureRun(candidate, env)
  for (let round = 0; round < rounds; round++)
    for (const candidate of candidates) found.get(candidate.name)?.push(await measureRun(candidate, env))
  return found
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Medians; CPU time, which comes in coarse steps, on average. */
export function medians(usages: readonly Usage[]): Usage {
  return {
    wallMs: median(usages.map(({wallMs}) => wallMs)),
    cpuMs: usages.reduce((sum, {cpuMs}) => sum + cpuMs, 0) / usages.length,
    peakMiB: median(usages.map(({peakMiB}) => peakMiB)),
  }
}

/** Whether the machine is quiet enough for a result to be called one; says so. */
export async function isQuiet(env: Readonly<Record<string, string>>): Promise<boolean> {
  const times: number[] = []
  for (let index = 0; index < 15; index++) times.push((await measureRun(BARE, env)).wallMs)
  const sorted = times.toSorted((one, other) => one - other)
  const spread = (sorted[12] ?? 0) / (sorted[2] ?? 1)
  console.log(
    `A bare node takes ${median(times).toFixed(0)} ms, ${spread.toFixed(2)} times as long at worst as at best.`,
  )
  if (spread <= STEADY) return true
  console.log('The machine is busy: what follows is no result.')
  return false
}

/** Right-aligned columns, the first one aside. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[column] ?? 0) + 2)
  return rows.map((row) => row.map(pad).join('')).join('\n')
}
