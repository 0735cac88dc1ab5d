import {isObject} from '@superset/identity'
import {BUNDLED} from './choose.ts'
import {HOOK, type LoadedPlugin} from './plugin.ts'

/** Topics and commands that say, run or complete the commands of other plugins. */
const OVERVIEWS = new Set(['autocomplete', 'help', 'plugins'])
/** Commands of the topic that have a hidden alias without it. */
const SHORT = new Set(['login', 'logout', 'whoami'])
const SIGN_IN = 'auth:login'

/** Whose `auth` commands go with a plugin, and what keeps it from bringing its own although it declares them. */
export interface AuthCommands {
  readonly own: boolean
  readonly fault?: string
}

/** Without a hook nobody could be asked, and without a way to sign in nobody could sign in. */
export function authCommandsOf(plugin: LoadedPlugin): AuthCommands {
  const declared: unknown = Reflect.get(plugin.pjson.oclif, 'superset')
  const declares = isObject(declared) && declared['bringsAuthCommands'] === true
  if (!declares || plugin.name === BUNDLED) return {own: false}
  if (!plugin.hooks[HOOK]?.[0]) return {own: false, fault: `it has no hook ${HOOK}`}
  const hasSignIn = plugin.commands.some(({id}) => id === SIGN_IN)
  return hasSignIn ? {own: true} : {own: false, fault: 'it has no `auth login`'}
}

/**
 * The plugins of a run, in the order in which their commands are taken. A chosen plugin that brings its own `auth`
 * commands takes the bundled one's place: oclif lets a core command win over an installed one, so the bundled plugin is
 * left out, whole; and the chosen one comes first, before whatever else was installed.
 */
export function withoutBundledAuth<P extends LoadedPlugin>(
  plugins: ReadonlyMap<string, P>,
  chosen: string,
): Map<string, P> {
  const plugin = plugins.get(chosen)
  if (!plugin || !authCommandsOf(plugin).own) return new Map(plugins)
  const others = [...plugins].filter(([name]) => name !== chosen && name !== BUNDLED)
  const roots = others.filter(([, {isRoot}]) => isRoot)
  return new Map([...roots, [chosen, plugin], ...others.filter(([, {isRoot}]) => !isRoot)])
}

/** Whether a command line runs or shows `auth` commands. For all else it does not matter whose they are. */
export function concernsAuthCommands(words: readonly string[]): boolean {
  const [first] = words
  if (first === undefined || first.startsWith('-')) return true
  return isAuthCommand(words) || OVERVIEWS.has(topicOf(first))
}

/** Whether a command line runs a command of the `auth` topic, in full or as one of those that are known without it. */
export function isAuthCommand([first = '']: readonly string[]): boolean {
  return topicOf(first) === 'auth' || SHORT.has(first)
}

function topicOf(word: string): string {
  return word.split(':', 1)[0] ?? ''
}

/** The command of a plugin that a command line names, as oclif looks for it: `auth login`, `auth:login`. */
export function commandIn(plugin: LoadedPlugin, argv: readonly string[]): LoadedPlugin['commands'][number] | undefined {
  const flag = argv.findIndex((word) => word.startsWith('-'))
  const words = flag === -1 ? argv : argv.slice(0, flag)
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':')
    const found = plugin.commands.find((command) => command.id === id)
    if (found) return found
  }

  return undefined
}
