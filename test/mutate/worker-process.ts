/**
 * Runs test files with mutated sources, one job after the other. Libraries, the packages and the sandbox are loaded once;
 * the sources of the program and the tests anew for each job.
 */
import Mocha from 'mocha'
import module from 'node:module'
import path from 'node:path'
import process from 'node:process'
import {pathToFileURL} from 'node:url'
import type {Job, Outcome} from './job.ts'

const root = pathToFileURL(path.resolve(import.meta.dirname, '../..')).href
const FRESH = new RegExp(`^${root}/(?:src|test)/`)
/** The outcome is all that is told. */
class Silent extends Mocha.reporters.Base {
  override epilogue() {}
}

let current: Job | undefined
let number = 0

module.registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    return current && FRESH.test(resolved.url) ? {...resolved, url: `${resolved.url}?job=${number}`} : resolved
  },
  load(url, context, next) {
    const mutated = current?.mutated
    if (mutated === undefined || url !== `${mutated.url}?job=${number}`) return next(url, context)
    return {format: 'module-typescript', source: mutated.text, shortCircuit: true}
  },
})

process.on('message', (job: Job) => {
  current = job
  number++
  void run(job).then((outcome) => process.send?.(outcome))
})
process.on('disconnect', () => process.exit())
// Of what a mutated source has left behind, between two tests.
process.on('uncaughtException', (error) =>
  process.send?.({caught: String(error), isLast: true} satisfies Outcome, () => process.exit(1)),
)
process.send?.('ready')

/** File by file: most mutations are caught by the first. */
async function run({tests}: Job): Promise<Outcome> {
  for (const test of tests) {
    const outcome = await runFile(test)
    if (outcome.caught !== undefined) return outcome
  }

  return {}
}

async function runFile(test: string): Promise<Outcome> {
  const mocha = new Mocha({bail: true, timeout: 0, reporter: Silent})
  mocha.suite.emit('pre-require', globalThis, test, mocha)
  try {
    await import(test)
  } catch (error) {
    return {caught: `it does not load: ${String(error)}`}
  }

  const ended = Promise.withResolvers<Outcome>()
  let caught: string | undefined
  mocha
    .run(() => ended.resolve(caught === undefined ? {} : {caught}))
    .on('fail', (test, error) => (caught ??= `${test.fullTitle()}: ${String(error)}`))
  const outcome = await ended.promise
  mocha.dispose()
  return outcome
}
