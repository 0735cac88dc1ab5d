import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readFile, rename, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {startSandbox, type Sandbox} from '@superset/sandbox'

/**
 * What starting costs, as ratios to a bare `node -e 0` in one interleaved run: each round starts every command once, in
 * turn, so that a busy moment of the machine hits all of them alike. Medians; times are for orientation only.
 */
const ROUNDS = Number(process.argv[2] ?? 25)
const ROOT = path.dirname(import.meta.dirname)
const CLI = path.join(ROOT, 'bin/run.js')
const APPROVE = path.join(ROOT, 'packages/sandbox/bin/approve.js')
const BARE = 'node -e 0'

interface Candidate {
  readonly name: string
  readonly args: readonly string[]
  /** Times a bare node; above it, the benchmark fails. */
  readonly limit?: number
}

const CANDIDATES: readonly Candidate[] = [
  {name: BARE, args: ['-e', '0']},
  {name: 'superset --version', args: [CLI, '--version'], limit: 1.3},
  {name: 'superset auth status', args: [CLI, 'auth', 'status'], limit: 5},
  {name: 'superset tasks list', args: [CLI, 'tasks', 'list'], limit: 5},
  {name: 'superset --help', args: [CLI, '--help']},
]

/** Modules that have no business in a run whose token is fresh. */
const UNWANTED = /packages\/sandbox\/|\/refresh\/|\/signin\/|openid-client|better-auth|session\/renew/

const home = await mkdtemp(path.join(os.tmpdir(), 'superset-bench-'))
const sandbox = await startSandbox()
const env = environment(sandbox)
try {
  await run([CLI, 'auth', 'login', '--storage', 'key', '--json'])
  await reportLoaded()
  const times = await measure()
  process.exitCode = report(times) ? 0 : 1
} finally {
  await sandbox.close()
  await rm(home, {recursive: true, force: true})
}

function environment({url}: Sandbox): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    NO_COLOR: '1',
    SUPERSET_API_URL: url,
    SUPERSET_WEB_URL: url,
    SUPERSET_STORAGE_KEY: 'b'.repeat(64),
    BROWSER: APPROVE,
  }
}

async function run(args: readonly string[], extra: Record<string, string> = {}): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, args, {env: {...env, ...extra}, stdio: ['ignore', 'ignore', 'pipe']})
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`${args.join(' ')} failed (${code}): ${errors}`)
  return performance.now() - startedAt
}

async function measure(): Promise<ReadonlyMap<string, number[]>> {
  const times = new Map(CANDIDATES.map(({name}) => [name, [] as number[]]))
  // The first start fills the compile cache.
  for (const {args} of CANDIDATES) await run(args)
  for (let round = 0; round < ROUNDS; round++) {
    for (const {name, args} of CANDIDATES) times.get(name)?.push(await run(args))
  }

  return times
}

function report(times: ReadonlyMap<string, number[]>): boolean {
  const bare = median(times.get(BARE) ?? [])
  let good = true
  console.log(
    `\n${'command'.padEnd(24)}${'× bare node'.padStart(12)}${'limit'.padStart(8)}${'ms'.padStart(8)}   (${ROUNDS} rounds)`,
  )
  for (const {name, limit} of CANDIDATES) {
    const ms = median(times.get(name) ?? [])
    const ratio = ms / bare
    if (limit !== undefined && ratio > limit) good = false
    const columns = [ratio.toFixed(2).padStart(12), (limit?.toFixed(1) ?? '').padStart(8), ms.toFixed(0).padStart(8)]
    console.log(name.padEnd(24) + columns.join(''))
  }

  return good
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Lists what the two common commands load, and fails when something is among it that they do not need. */
async function reportLoaded(): Promise<void> {
  const list = path.join(home, 'loaded.txt')
  const hook = path.join(home, 'hook.mjs')
  await writeFile(
    hook,
    `import {registerHooks} from 'node:module'
     import {appendFileSync} from 'node:fs'
     registerHooks({load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context) }})`,
  )
  await withoutBundles(async () => {
    for (const args of [
      [CLI, 'auth', 'status'],
      [CLI, 'tasks', 'list'],
    ]) {
      await writeFile(list, '')
      await run(['--import', hook, ...args])
      const loaded = (await readFile(list, 'utf8')).split('\n').filter(Boolean)
      const unwanted = loaded.filter((url) => UNWANTED.test(url))
      const name = args.slice(1).join(' ')
      console.log(`${name}: ${loaded.length} modules (unbundled), of the sandbox or of a refresh: ${unwanted.length}`)
      if (unwanted.length > 0) throw new Error(`${name} loads what it does not need:\n${unwanted.join('\n')}`)
    }
  })
}

/** In a bundle one cannot see which of its modules are evaluated. */
async function withoutBundles(look: () => Promise<void>): Promise<void> {
  const bundles = ['dist/fast', 'packages/plugin-auth/dist/fast'].map((folder) => path.join(ROOT, folder))
  for (const folder of bundles) await rename(folder, `${folder}.off`)
  try {
    await look()
  } finally {
    for (const folder of bundles) await rename(`${folder}.off`, folder)
  }
}
