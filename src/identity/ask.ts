import {type IdentityHook, type IdentityProvider, type IdentityRequest, reasonOf, variableOf} from '@superset/identity'
import {EXIT, isProblem, Problem} from '@superset/identity'
import {BUNDLED, type Choice} from './choose.ts'
import {within} from './deadline.ts'
import {HOOK, type IdentityPlugin} from './plugin.ts'
import {type BundledRoot, findShadow, shadowed} from './shadow.ts'

export interface PluginAccess {
  readonly bin: string
  readonly plugins: ReadonlyMap<string, IdentityPlugin>
  readonly bundledRoot: BundledRoot
  /** Refuses a plugin that the policy does not accept, before it is imported. */
  readonly check?: (plugin: IdentityPlugin) => Promise<void>
  /** Imports a module of a plugin. */
  readonly load: (plugin: IdentityPlugin, target: string) => Promise<Readonly<Record<string, unknown>>>
  readonly deadlineMs?: number
}

export const DEADLINE_MS = 10_000
/** Capabilities that are methods of the same name. */
const METHODS = new Set(['login', 'logout', 'migrate', 'refresh'])

/** What a failure to answer is told with: who chose, and how to get away from it. */
interface Asked {
  readonly choice: Choice
  readonly bin: string
  readonly profile: string
}

/**
 * Asks one plugin, and no other, for its identity provider: neither a second plugin with the same hook nor, when the
 * chosen one fails, the bundled one gets to answer (fault row 88).
 * @throws Problem IDENTITY_* (78); whatever Problem the plugin itself throws
 */
export async function askProvider(
  choice: Choice,
  request: IdentityRequest,
  asking: PluginAccess,
): Promise<IdentityProvider> {
  const asked = {choice, bin: asking.bin, profile: request.profile}
  const plugin = findPlugin(asked, asking)
  const declared = plugin.hooks[HOOK]?.[0]
  if (!declared) throw failed('IDENTITY_HOOK_MISSING', `it is not an identity plugin (it has no hook ${HOOK})`, asked)
  await asking.check?.(plugin)

  const ask = async (): Promise<IdentityProvider> => {
    const module = await asking.load(plugin, declared.target)
    const hook = findHook(module, declared.identifier)
    if (!hook) throw failed('IDENTITY_HOOK_MISSING', 'its hook module exports no function', asked)
    const provider: unknown = await hook({request})
    const fault = faultOfProvider(provider)
    if (fault !== undefined) throw failed('IDENTITY_INVALID', fault, asked)
    return provider as IdentityProvider
  }

  const deadlineMs = asking.deadlineMs ?? DEADLINE_MS
  const late = failed('IDENTITY_TIMEOUT', `no answer within ${deadlineMs / 1000} s`, asked)
  try {
    return await within(deadlineMs, ask, late)
  } catch (error) {
    if (isProblem(error)) throw error
    throw failed('IDENTITY_FAILED', reasonOf(error), asked, error)
  }
}

function findPlugin(asked: Asked, {bundledRoot, plugins}: PluginAccess): IdentityPlugin {
  const {bin, choice} = asked
  const name = choice.plugin
  const plugin = plugins.get(name)
  const shadow = findShadow(name, plugins, bundledRoot)
  if (shadow) throw shadowed(shadow, bin)
  if (plugin) return plugin
  // Without a scope `plugins install` would take it for a short name.
  const wish = name.startsWith('@') ? name : `npm:${name}`
  const install = name === BUNDLED ? `Install ${bin} again.` : `Run \`${bin} plugins install ${wish}\`.`
  throw new Problem({
    code: 'IDENTITY_MISSING',
    message: `Identity provider plugin ${name} failed: it is not ${choice.site === undefined ? 'installed' : `in ${choice.site}`}.`,
    exit: EXIT.configuration,
    suggestions: [
      ...(choice.site === undefined ? [install] : []),
      ...wayBack(choice, asked),
      `Run \`${bin} doctor\` for details.`,
    ],
  })
}

/** As oclif looks for it: the named export, else for `default` the default export (twice, for CommonJS from ESM). */
function findHook(module: Readonly<Record<string, unknown>>, identifier: string): IdentityHook | undefined {
  const found = module[identifier] ?? module['default']
  const hook = typeof found === 'object' && found !== null && 'default' in found ? found.default : found
  return typeof hook === 'function' ? (hook as IdentityHook) : undefined
}

/** @param asked whose plugin it was, for the way back */
export function failed(code: string, reason: string, {bin, choice, profile}: Asked, cause?: unknown): Problem {
  return new Problem({
    code,
    message: `Identity provider plugin ${choice.plugin} failed: ${reason}.`,
    exit: EXIT.configuration,
    suggestions: [...wayBack(choice, {bin, profile}), `Run \`${bin} doctor\` for details.`],
    cause,
  })
}

/** Why what a hook answered cannot be an identity provider; `undefined`: it can. */
function faultOfProvider(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'its answer is not an identity provider'
  const missing = ['session', 'describe'].find((name) => !isMethod(value, name))
  if (missing !== undefined) return `its provider has no ${missing}()`
  const name: unknown = Reflect.get(value, 'name')
  if (typeof name !== 'string' || name === '') return 'its provider has no name'
  const capabilities: unknown = Reflect.get(value, 'capabilities')
  if (!Array.isArray(capabilities)) return 'its provider has no list of capabilities'
  const empty = capabilities.map(String).find((one) => METHODS.has(one) && !isMethod(value, one))
  return empty === undefined ? undefined : `its provider names the capability ${empty}, and has no ${empty}()`
}

function isMethod(value: object, name: string): boolean {
  return typeof Reflect.get(value, name) === 'function'
}

/** How to get away from a chosen plugin that does not work, by who chose it. */
function wayBack(
  {file, source}: Choice,
  {bin, profile}: {readonly bin: string; readonly profile: string},
): readonly string[] {
  if (source === 'policy')
    return [`It was chosen by the policy of this machine (${file}: identity.plugin); ask who administers it.`]
  if (source === 'profile') return [`Run \`${bin} identity reset --profile ${profile}\` to take that choice back.`]
  if (source === 'config') return [`Run \`${bin} identity reset\` to take that choice back.`]
  const variable = variableOf(source)
  return variable === undefined ? [] : [`Unset ${variable} to take that choice back.`]
}
