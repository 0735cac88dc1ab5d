import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {buildRelease} from '../release/build.ts'
import {KEYS, packForTest} from '../test/support/packing.ts'
import {ReleaseHost} from '../test/support/release-host.ts'

/**
 * What a release costs: size, seconds and peak memory of packing, installing and updating, with a host on loopback. Times are
 * for orientation only; sizes are what the budget of `npm run pack` is about.
 */
const MEBIBYTE = 1024 * 1024
const SAMPLE_MS = 20

interface Measured {
  readonly what: string
  readonly seconds: number
  readonly peakBytes: number
  readonly size?: number
}

const base = await mkdtemp(path.join(os.tmpdir(), 'bench-release-'))
const host = await ReleaseHost.start()
try {
  const rows: Measured[] = []
  for (const platform of ['linux-x64', 'linux-arm64'] as const) {
    const begun = performance.now()
    const {file} = await packForTest(path.join(base, platform), {platform, fresh: true})
    const size = statSync(path.join(base, platform, file)).size
    rows.push({what: `pack ${platform}`, seconds: since(begun), size, peakBytes: process.resourceUsage().maxRSS * 1024})
  }

  host.folder = path.join(base, 'www')
  const release = {keys: [KEYS.privateKey], out: host.folder, host: host.url, channel: 'stable'}
  await buildRelease({...release, version: '1.0.0'})
  await buildRelease({...release, version: '1.1.0'})
  const [root, bin] = [path.join(base, 'root'), path.join(base, 'bin')]
  const script = path.join(host.folder, 'install.sh')
  const superset = path.join(bin, 'superset')
  rows.push(
    await measure('install.sh', '/bin/sh', [script, '--root', root, '--bin', bin, '--version', '1.0.0']),
    await measure('superset update', superset, ['update', '--json']),
    await measure('superset update --rollback', superset, ['update', '--rollback', '--json']),
  )
  console.log(table(rows))
} finally {
  await host[Symbol.asyncDispose]()
  await rm(base, {recursive: true, force: true})
}

/** Of the program and all that it starts, by its process group. */
async function measure(what: string, program: string, args: readonly string[]): Promise<Measured> {
  const begun = performance.now()
  const child = spawn(program, args, {
    env: {PATH: '/usr/bin:/bin'},
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  })
  let peakBytes = 0
  const sampler = setInterval(() => (peakBytes = Math.max(peakBytes, memoryOf(child.pid ?? 0))), SAMPLE_MS)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(sampler)
  if (code !== 0) throw new Error(`${what} ended with ${code}`)
  return {what, seconds: since(begun), peakBytes}
}

function memoryOf(group: number): number {
  let sum = 0
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
    if (Number(fields[2]) !== group) continue
    sum += Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
  }

  return sum
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return ''
    throw error
  }
}

function since(begun: number): number {
  return (performance.now() - begun) / 1000
}

function table(rows: readonly Measured[]): string {
  const cells = rows.map(({what, seconds, peakBytes, size}) => [
    what,
    size === undefined ? '–' : `${(size / 1e6).toFixed(2)} MB`,
    `${seconds.toFixed(1)} s`,
    `${Math.round(peakBytes / MEBIBYTE)} MiB`,
  ])
  return [['what', 'size', 'time', 'peak memory'], ['---', '---', '---', '---'], ...cells]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}
