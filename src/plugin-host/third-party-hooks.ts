import {Errors, type Interfaces, ModuleLoader, ux} from '@oclif/core'
import {EXIT, isProblem, printable, Problem, writeText} from '@superset/identity'
import {AsyncLocalStorage} from 'node:async_hooks'
import path from 'node:path'
import type {CommandLine} from '../cli/command-line.ts'
import {currentRun} from '../cli/current-run.ts'
import {toProblem} from '../cli/errors.ts'
import {HOOK} from '../identity/plugin.ts'

type Plugins = NonNullable<Interfaces.Options['plugins']>
type ThirdParty = NonNullable<ReturnType<Plugins['get']>>

/** Commands that must work whatever is installed: no code of a plugin runs in them, but that of the identity plugin. */
const UNTOUCHED = new Set(['auth', 'autocomplete', 'doctor', 'help', 'identity', 'plugins', 'update'])
/** What oclif calls by itself around every command. */
const AROUND = ['command_incomplete', 'finally', 'postrun', 'preparse', 'prerun']
const NOT_FOUND = 'command_not_found'
/** What a hook may take from every command that people run. */
const DEADLINE_MS = 5000

interface PluginHooks {
  readonly plugin: ThirdParty
  /** Of its `init` hooks. */
  readonly targets: readonly string[]
  /** Its hooks around a command, until it is known whose the command is. */
  readonly around: ThirdParty['hooks']
}

let held: PluginHooks[] = []

/**
 * Takes from oclif the hooks of plugins that do not come with the CLI. `init` is called by `runInitHooks`, which also gives
 * back the hooks around a command where the command is the plugin's own.
 */
export function holdHooks(plugins: Plugins, {help, words: [first]}: CommandLine): void {
  const isUntouched = first === undefined || help || UNTOUCHED.has(first.split(':', 1)[0] ?? '')
  held = []
  for (const plugin of plugins.values()) {
    if (plugin.type !== 'user' && plugin.type !== 'link') continue
    const {init = [], ...hooks} = plugin.hooks
    const named = Object.entries(hooks)
    // Among the commands that stay untouched are those that call hooks of their own, such as `plugins:preinstall`.
    plugin.hooks = Object.fromEntries(
      named.filter(([event]) => (isUntouched ? event === HOOK : !AROUND.includes(event) && event !== NOT_FOUND)),
    )
    if (isUntouched) continue
    const around = Object.fromEntries(named.filter(([event]) => AROUND.includes(event)))
    held.push({plugin, targets: init.map(({target}) => target), around})
  }
}

const running = new AsyncLocalStorage<{readonly name: string; readonly stop: (problem: Problem) => void}>()

/**
 * Calls the `init` hooks of third parties, one after the other. One that throws or does not end in time is told in a
 * line, and the command runs; what it writes to stdout goes to stderr, under its name.
 * @throws Problem PLUGIN_STOPPED for one that stops the command, as oclif lets it, or ends the process
 */
export async function runInitHooks(
  config: Interfaces.Config,
  options: {id: string | undefined; argv: readonly string[]},
): Promise<void> {
  // By who answers: a plugin may have a command of a name that another one answers.
  const winner = options.id === undefined ? undefined : config.findCommand(options.id)?.pluginName
  for (const {around, plugin} of held) if (plugin.name === winner) Object.assign(plugin.hooks, around)
  const calling = held.filter(({targets}) => targets.length > 0)
  if (calling.length > 0) watchOutput()
  for (const one of calling) await runOne(one, config, options)
}

async function runOne({plugin, targets}: PluginHooks, config: Interfaces.Config, options: object): Promise<void> {
  const {name} = plugin
  const {promise: stopped, reject: stop} = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), DEADLINE_MS)
  })
  const work = running.run({name, stop}, async () => {
    for (const target of targets) await callHook(plugin, target, config, options)
  })
  try {
    const outcome = await Promise.race([work, stopped, late])
    if (outcome === 'late') {
      currentRun.hookIsStuck = true
      tell(`Plugin ${name}: its init hook has not ended after ${DEADLINE_MS / 1000} s; going on without it.`)
    }
  } catch (error) {
    const exit = exitOf(error)
    const reason = error instanceof Error ? error.message : String(error)
    if (exit === undefined) tell(`Plugin ${name}: its init hook failed: ${reason.split('\n', 1)[0] ?? ''}`)
    else throw isProblem(error) ? error : stoppedBy(name, reason, toProblem(error).exit)
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
    stopped.catch(() => undefined)
  }
}

async function callHook(plugin: ThirdParty, target: string, config: Interfaces.Config, options: object): Promise<void> {
  const module = await ModuleLoader.load<Record<string, unknown>>(plugin, path.join(plugin.root, target))
  const hook = [module, module['default'], ...Object.values(module)].find((one) => typeof one === 'function')
  if (typeof hook !== 'function') return
  const context = {
    config,
    debug: () => undefined,
    error: (message: Error | string, given: object = {}) => Errors.error(message, given),
    exit: (code = 0) => Errors.exit(code),
    log: (message?: string, ...args: string[]) => ux.stdout(message, ...args),
    warn: (message: Error | string) => Errors.warn(message),
  }
  await Reflect.apply(hook, context, [{...options, config, context}])
}

/** As oclif decides it: only an error with an exit code stops a command. */
function exitOf(error: unknown): number | undefined {
  const exit: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(Reflect.get(error, 'oclif') ?? {}, 'exit') : undefined
  return typeof exit === 'number' && exit !== 0 ? exit : undefined
}

function stoppedBy(name: string, reason: string, exit: Problem['exit'] = EXIT.failed): Problem {
  return new Problem({
    code: 'PLUGIN_STOPPED',
    message: `The plugin ${name} stopped this command: ${reason}`,
    exit,
    suggestions: [`If it should not, run \`superset plugins uninstall ${name}\`.`],
  })
}

let isWatched = false

/** Also what a hook does after its time is known by the context that it was called in. */
function watchOutput(): void {
  if (isWatched) return
  isWatched = true
  const {stdout, stderr} = process
  const write = stdout.write.bind(stdout)
  const divert: typeof stdout.write = (chunk: Uint8Array | string, encoding?: unknown, done?: unknown) => {
    const by = running.getStore()
    if (!by) return Reflect.apply(write, stdout, [chunk, encoding, done]) as boolean
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    for (const line of text.replace(/\n$/, '').split('\n')) stderr.write(`[${by.name}] ${printable(line)}\n`)
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') process.nextTick(callback)
    return true
  }
  stdout.write = divert
  const exit = process.exit.bind(process)
  process.exit = (code?: number | string | null): never => {
    const by = running.getStore()
    if (!by) return exit(code)
    const problem = stoppedBy(by.name, `it ended the process with exit code ${code ?? 0}`)
    by.stop(problem)
    // Not thrown: in a timer of the plugin's nobody would catch it. The command stops in the place that awaits the hook.
    return undefined as never
  }
}

function tell(line: string): void {
  writeText(process.stderr, printable(line))
}
