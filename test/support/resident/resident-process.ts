/**
 * A process that runs the built CLI again and again, each time as if it had just been started: an environment, a folder,
 * arguments, streams and modules of its own. What makes a run end is the same too: `process.exit`, or nothing left to do.
 */
import {Console} from 'node:console'
import module from 'node:module'
import path from 'node:path'
import process from 'node:process'
import {pathToFileURL} from 'node:url'
import {Readable, Writable} from 'node:stream'
import type {Job, Outcome} from './job.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const CLI = path.join(ROOT, 'bin/run.js')
/** Libraries that keep nothing between two calls; all else is loaded anew for each run. */
const SHARED = new RegExp(`^file://${ROOT}/node_modules/(?!@oclif/|@superset/)`)
const require = module.createRequire(import.meta.url)
const pjson = require('../../../package.json') as object
const exitForGood = process.exit.bind(process)
const EVENTS = ['SIGCONT', 'SIGHUP', 'SIGINT', 'SIGTERM', 'beforeExit', 'exit', 'uncaughtException', 'warning']
const STANDING = ['PipeWrap', 'Immediate']
/** Thrown where `process.exit` was called: nothing after it may be done. */
const EXITED = new Error('process.exit')

let runs = 0
const imported = (file: string) => import(pathToFileURL(path.join(ROOT, file)).href)
const {prepare} = await imported('bin/prepare.js')
const {settleEnvironment} = await imported('bin/environment.js')
const {watchOutput} = await imported('bin/output.js')
module.registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    const isOwn = resolved.url.startsWith('file:') && !SHARED.test(resolved.url)
    if (runs === 0 || !isOwn || !context.conditions.includes('import') || resolved.url.includes('?')) return resolved
    return {...resolved, url: `${resolved.url}?run=${runs}`}
  },
})

process.on('message', (job: Job) => void carryOut(job))
process.on('disconnect', () => exitForGood(0))
process.send?.('ready')

async function carryOut(job: Job): Promise<void> {
  process.channel?.unref()
  const before = EVENTS.map((event) => [event, process.listeners(event as 'exit')] as const)
  const globals = [globalThis, process].map((holder) => [holder, new Set(Reflect.ownKeys(holder))] as const)
  const stdout = new Collected(1)
  const stderr = new Collected(2)
  const ended = Promise.withResolvers<{code: number; mustEnd: boolean}>()
  begin(job, stdout, stderr)
  const fail = (error: unknown) => {
    if (error === EXITED) return
    stderr.text += `${error instanceof Error ? error.stack : String(error)}\n`
    ended.resolve({code: 1, mustEnd: true})
  }

  process.exit = (code?: number | string | null): never => {
    // What is still under way would have ended with the process, and must not reach into the next run.
    ended.resolve({code: Number(code ?? process.exitCode ?? 0), mustEnd: isBusy()})
    throw EXITED
  }
  process.once('beforeExit', () => ended.resolve({code: Number(process.exitCode ?? 0), mustEnd: false}))
  process.once('uncaughtException', fail)
  try {
    const {main, ...program} = (await prepare()) as {
      main: (argv: readonly string[], program: object) => Promise<void>
    }
    await main(job.args, {pjson: structuredClone(pjson), ...program})
  } catch (error) {
    fail(error)
  }

  const {code, mustEnd} = await ended.promise
  const mine = new Set<unknown>(before.flatMap(([, listeners]) => listeners))
  const added = EVENTS.flatMap((event) =>
    process.listeners(event as 'exit').flatMap((listener) => (mine.has(listener) ? [] : [[event, listener] as const])),
  )
  for (const [event, listener] of added) process.off(event, listener)
  for (const name of Object.keys(require.cache)) {
    if (!SHARED.test(`file://${name}`)) delete require.cache[name]
  }

  for (const [holder, names] of globals) {
    for (const name of Reflect.ownKeys(holder)) if (!names.has(name)) Reflect.deleteProperty(holder, name)
  }

  process.exitCode = undefined
  process.chdir('/')
  process.channel?.ref()
  const outcome: Outcome = {code, stdout: stdout.text, stderr: stderr.text, isLast: mustEnd}
  process.send?.(outcome, () => mustEnd && exitForGood(0))
}

/** Beside its own channel. */
function isBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => !STANDING.includes(name))
}

function begin({args, cwd, env, input}: Job, stdout: Collected, stderr: Collected): void {
  runs++
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(cwd)
  settleEnvironment(process.env)
  process.argv = [process.execPath, CLI, ...args]
  process.exitCode = undefined
  // As `runStart()` of the contract would find it in a process that has just begun.
  Reflect.set(globalThis, Symbol.for('superset:run-start'), {startedAt: Date.now(), slowness: 1})
  const stdin = Object.assign(Readable.from(input === undefined ? [] : [Buffer.from(input)]), {fd: 0})
  for (const [name, value] of Object.entries({stdin, stdout, stderr}))
    Object.defineProperty(process, name, {value, configurable: true, writable: true})
  module.syncBuiltinESMExports()
  globalThis.console = new Console(stdout, stderr)
  watchOutput(process)
}

/** Stands where a pipe stands. */
class Collected extends Writable {
  text = ''
  readonly fd: number

  constructor(fd: number) {
    super({decodeStrings: false, defaultEncoding: 'utf8'})
    this.fd = fd
  }

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString()
    setImmediate(done)
  }
}
