import {mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {killRunning} from './child.ts'
import {cpuSeconds} from './cpu.ts'
import {runCheck, runFile, type JobOptions} from './jobs.ts'
import {count, isSuccess, tally, type Result} from './results.ts'
import {planTiers, type Tier} from './tiers.ts'

const root = path.dirname(path.dirname(import.meta.dirname))
const SIGNALS = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const

/** Runs what the words select, prints it, and returns the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  const started = Date.now()
  try {
    const results = await runTiers(planTiers(root, words))
    report(results, started)
    return isSuccess(results) ? 0 : 1
  } catch (error) {
    // A fault of ours, or a word that selects nothing: who reads only the last line must see a failure too.
    print(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    print('0 passed, 1 failed')
    return 1
  }
}

async function runTiers(tiers: readonly Tier[]): Promise<Result[]> {
  const base = mkdtempSync(path.join(tmpdir(), 'ss-'))
  // A process that outlives its test may still write there for a moment.
  const clean = () => rmSync(base, {recursive: true, force: true, maxRetries: 5, retryDelay: 200})
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      killRunning()
      clean()
      process.exit(exitCode)
    })
  }

  try {
    const shared = {root, compileCache: path.join(base, 'compiled')}
    const home = homes(base)
    const results: Result[] = []
    for (const tier of tiers) results.push(...(await runTier(tier, home, shared)))
    return results
  } finally {
    clean()
  }
}

async function runTier(
  tier: Tier,
  home: Iterator<string, never>,
  shared: Pick<JobOptions, 'root' | 'compileCache'>,
): Promise<Result[]> {
  const jobs = [
    ...tier.checks.map((check) => ({name: check.name, run: (options: JobOptions) => runCheck(check, options)})),
    ...tier.files.map((file) => ({name: file, run: (options: JobOptions) => runFile(file, options)})),
  ]
  if (jobs.length > 0) print(`\n${tier.name}`)
  const results: Result[] = []
  const queue = jobs.values()
  const work = async () => {
    for (const job of queue) {
      const started = Date.now()
      const outcome = await job.run({
        ...shared,
        home: home.next().value,
        silenceMs: tier.silenceMs,
        registry: tier.registry ?? false,
      })
      results.push(...outcome)
      print(`  ${count(outcome, 'failed') > 0 ? '✗' : '✓'} ${job.name}: ${tally(outcome)} (${since(started)})`)
    }
  }

  await Promise.all(Array.from({length: tier.jobs}, work))
  return results
}

/** An empty folder for each job. */
function* homes(base: string): Generator<string, never> {
  for (let number = 1; ; number++) {
    const home = path.join(base, String(number))
    mkdirSync(home, {mode: 0o700})
    yield home
  }
}

function report(results: readonly Result[], started: number): void {
  const failed = results.filter((result) => result.outcome === 'failed')
  for (const [index, {title, detail}] of failed.entries()) {
    print(`\n${index + 1}) ${title}\n${(detail ?? '').trimEnd().replaceAll(/^/gm, '   ')}`)
  }

  const skipped = results.filter((result) => result.outcome === 'skipped')
  if (skipped.length > 0) print('\nSkipped:')
  for (const {title, detail} of skipped) print(`- ${title}: ${detail}`)
  print(`\n${since(started)} in all${cpuSeconds()}`)
  print(tally(results))
}

function since(started: number): string {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
