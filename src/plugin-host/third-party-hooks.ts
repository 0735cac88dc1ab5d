import type {Interfaces} from '@oclif/core'
import {EXIT, type ExitCode, isProblem, leaveBehind, printable, Problem, writeText} from '@superset/identity'
import type {CommandLine} from '../cli/command-line.ts'
import {currentRun} from '../cli/current-run.ts'
import {toProblem} from '../cli/errors.ts'
import {isAuthCommand} from '../identity/arrange.ts'
import {HOOK} from '../identity/plugin.ts'
import {problemJson, problemText} from '../output/problem.ts'

type Plugins = NonNullable<Interfaces.Options['plugins']>

/** Commands that must work whatever is installed: no hook of a plugin runs in them, but that of the identity plugin. */
const UNTOUCHED = new Set(['autocomplete', 'doctor', 'help', 'identity', 'plugins', 'update'])
/** What oclif calls around every command. */
const AROUND = ['command_incomplete', 'finally', 'postrun', 'preparse', 'prerun']
/** What a hook may take from every command that people run. */
const DEADLINE_MS = 5000

/** The name under which a hook waits until it is known whose the command is: oclif calls nothing of that name by itself. */
const waiting = (event: string): string => `superset:waiting:${event}`

/**
 * Takes from oclif the hooks of plugins that do not come with the CLI: for good where nothing of theirs may run, else until
 * `runInitHooks`.
 */
export function holdHooks(plugins: Plugins, {help, words}: CommandLine): void {
  const [first] = words
  const isUntouched = first === undefined || help || isAuthCommand(words) || UNTOUCHED.has(first.split(':', 1)[0] ?? '')
  for (const plugin of plugins.values()) {
    if (plugin.type !== 'user' && plugin.type !== 'link') continue
    const hooks = Object.entries(plugin.hooks).filter(([event]) =>
      // Among the commands that stay untouched are those that call hooks of their own, such as `plugins:preinstall`.
      isUntouched ? event === HOOK : event !== 'command_not_found',
    )
    const isHeld = (event: string): boolean => event === 'init' || AROUND.includes(event)
    plugin.hooks = Object.fromEntries(hooks.map(([event, hook]) => [isHeld(event) ? waiting(event) : event, hook]))
  }
}

/**
 * Lets oclif call the `init` hooks that were held, and gives back those around a command to the plugin that answers it. One
 * that throws or does not end in time is told in a line, and the command runs.
 * @throws Problem PLUGIN_STOPPED for one that stops the command, as oclif lets it
 */
export async function runInitHooks(
  config: Interfaces.Config,
  options: Interfaces.Hooks['init']['options'],
): Promise<void> {
  // By who answers: a plugin may have a command of a name that another one answers.
  const winner = options.id === undefined ? undefined : config.findCommand(options.id)?.pluginName
  const hooks = config.plugins.get(winner ?? '')?.hooks ?? {}
  for (const event of AROUND) Object.assign(hooks, hooks[waiting(event)] && {[event]: hooks[waiting(event)]})
  const names = [...config.plugins.values()].filter((plugin) => plugin.hooks[waiting('init')]).map(({name}) => name)
  if (names.length === 0) return
  const showEnd = (code: number): void => show(stoppedBy(names, `it ended the process with exit code ${code}`))
  process.once('exit', showEnd)
  // oclif's own timer keeps no process alive: a hook that waits for nothing would end it in the middle (exit 13).
  const alive = setInterval(() => undefined, DEADLINE_MS)
  const {failures} = await config.runHook(waiting('init'), options, DEADLINE_MS, true).finally(() => {
    clearInterval(alive)
    process.off('exit', showEnd)
  })
  for (const {error, plugin} of failures) judge(error, plugin.name)
}

/** As oclif decides it: only an error with an exit code stops a command. */
function judge(error: unknown, name: string): void {
  const {message = String(error), oclif} = Object(error) as {message?: string; oclif?: {exit?: unknown}}
  if (oclif?.exit) throw isProblem(error) ? error : stoppedBy([name], message, toProblem(error).exit)
  const isLate = message === `Timed out after ${DEADLINE_MS} ms.`
  // Whatever it has open must not keep the process there once the command is done.
  if (isLate) leaveBehind()
  const what = isLate ? `has not ended after ${DEADLINE_MS / 1000} s; going on without it.` : `failed: ${message}`
  writeText(process.stderr, printable(`Plugin ${name}: its init hook ${what.split('\n', 1)[0]}`))
}

function stoppedBy(names: readonly string[], reason: string, exit: ExitCode = EXIT.failed): Problem {
  return new Problem({
    code: 'PLUGIN_STOPPED',
    message: `The plugin ${names.join(' or ')} stopped this command: ${reason}`,
    exit,
    suggestions: names.map((name) => `If it should not, run \`superset plugins uninstall ${name}\`.`),
  })
}

/** While the process ends: nothing can be awaited any more. */
function show(problem: Problem): void {
  process.exitCode = problem.exit
  if (currentRun.line.mode === 'json') writeText(process.stdout, problemJson(problem).trimEnd())
  else writeText(process.stderr, problemText(problem, process.stderr).trimEnd())
}
