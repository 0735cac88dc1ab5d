// `npm run mutate -- <files and folders>`: makes wrong edits one at a time, and names those that no test notices.
import {globSync, readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {pathToFileURL} from 'node:url'
import {Compiler} from './compiler.ts'
import {testsOf} from './coverage.ts'
import {EQUIVALENT} from './equivalent.ts'
import {type Mutation, mutationsOf} from './mutations.ts'
import {Worker} from './worker.ts'

interface Planned extends Mutation {
  readonly file: string
  readonly tests: readonly string[]
}

const root = path.resolve(import.meta.dirname, '../..')
/** Each is a process with the whole service in it. */
const WORKERS = 2
/** How many times as long as without a mutation a run may take. */
const PATIENCE = 20
const LEAST_MS = 20_000

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1

async function main(words: readonly string[]): Promise<boolean> {
  const files = words.flatMap((word) => sourcesIn(word)).toSorted()
  if (files.length === 0) throw new Error('Name sources: npm run mutate -- src/commands src/service')
  const covered = files.filter((file) => testsOf(file) !== undefined)
  const planned = covered.flatMap((file) => {
    const tests = testsOf(file) ?? []
    return mutationsOf(file, readFileSync(path.join(root, file), 'utf8')).map((one) => ({...one, file, tests}))
  })
  const survivors = await survivorsOf(planned)
  const compiler = new Compiler(root, covered)
  const compiled = survivors.filter(({file, text}) => compiler.refusal(path.join(root, file), text) === undefined)
  const known = compiled.filter((one) => EQUIVALENT.some((other) => isSame(one, other)))
  const unknown = compiled.filter((one) => !known.includes(one))
  const stale = EQUIVALENT.filter((one) => covered.includes(one.file) && !known.some((other) => isSame(one, other)))
  for (const {edit, file, line} of unknown) print(`survived  ${file}:${line}  ${edit}`)
  for (const {edit, file} of stale) print(`caught, though listed as equivalent  ${file}  ${edit}`)
  const elsewhere = files.filter((file) => !covered.includes(file))
  if (elsewhere.length > 0) print(`not mutated, for their tests run the built program: ${elsewhere.join(', ')}`)
  const byTests = planned.length - survivors.length
  const byCompiler = survivors.length - compiled.length
  print(
    `${planned.length} mutations: ${byTests} caught by tests, ${byCompiler} by the compiler, ` +
      `${known.length} equivalent, ${unknown.length} survived`,
  )
  return unknown.length === 0 && stale.length === 0
}

async function survivorsOf(planned: readonly Planned[]): Promise<Planned[]> {
  const survivors: Planned[] = []
  const queue = planned.entries()
  const work = async () => {
    using worker = new Worker()
    const limits = new Map<string, number>()
    for (const [index, mutation] of queue) {
      const {file, text} = mutation
      const tests = mutation.tests.map((test) => urlOf(test))
      const limit = limits.get(tests.join(' ')) ?? (await limitOf(worker, tests))
      limits.set(tests.join(' '), limit)
      const {caught} = await worker.run({tests, mutated: {url: urlOf(file), text}}, limit)
      if (caught === undefined) survivors.push(mutation)
      if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${planned.length}`)
      if (process.argv.includes('--verbose'))
        print(`${file}:${mutation.line} ${mutation.edit}\n  ${caught?.split('\n', 1)[0] ?? 'SURVIVED'}`)
    }
  }

  await Promise.all(Array.from({length: WORKERS}, work))
  return planned.filter((one) => survivors.includes(one))
}

/** @throws Error when the tests fail as the sources stand */
async function limitOf(worker: Worker, tests: readonly string[]): Promise<number> {
  const started = performance.now()
  const {caught} = await worker.run({tests}, 600_000)
  if (caught !== undefined) throw new Error(`fails without any mutation: ${caught}`)
  return Math.max(LEAST_MS, PATIENCE * (performance.now() - started))
}

function sourcesIn(word: string): string[] {
  if (word.startsWith('--')) return []
  const place = path.relative(root, path.resolve(word))
  return statSync(path.join(root, place)).isDirectory() ? globSync(`${place}/**/*.ts`, {cwd: root}) : [place]
}

function isSame(one: {readonly file: string; readonly edit: string}, other: typeof one): boolean {
  return one.file === other.file && one.edit === other.edit
}

function urlOf(file: string): string {
  return pathToFileURL(path.join(root, file)).href
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
