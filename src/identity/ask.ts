import type {IdentityHook, IdentityProvider, IdentityRequest} from '@superset/identity'
import {EXIT, isProblem, Problem} from '@superset/identity'
import {realpathSync} from 'node:fs'
import {reasonOf} from './reason.ts'
import {BUNDLED} from './choose.ts'

/** The part of an oclif plugin that is needed to ask it. */
export interface IdentityPlugin {
  readonly name: string
  readonly root: string
  /** 'core' is what came with the CLI; 'user' and 'link' are what the user added. */
  readonly type: string
  readonly hooks: Readonly<
    Record<string, readonly {readonly target: string; readonly identifier: string}[] | undefined>
  >
}

export interface Asking {
  readonly bin: string
  readonly plugins: ReadonlyMap<string, IdentityPlugin>
  /** Folder of the bundled plugin: the copy inside the CLI's own installation. */
  readonly bundledRoot: () => string
  /** Imports a module of a plugin. */
  readonly load: (plugin: IdentityPlugin, target: string) => Promise<Readonly<Record<string, unknown>>>
  readonly deadlineMs?: number
}

const HOOK = 'superset:identity'
const DEADLINE_MS = 10_000

/**
 * Asks one plugin, and no other, for its identity provider: neither a second plugin with the same hook nor, when the
 * chosen one fails, the bundled one gets to answer (fault row 88).
 * @throws Problem IDENTITY_* (78); whatever Problem the plugin itself throws
 */
export async function askProvider(name: string, request: IdentityRequest, asking: Asking): Promise<IdentityProvider> {
  const plugin = findPlugin(name, asking)
  const declared = plugin.hooks[HOOK]?.[0]
  if (!declared) {
    throw failed(
      'IDENTITY_HOOK_MISSING',
      name,
      'it is not an identity plugin (it has no hook superset:identity)',
      asking,
    )
  }

  const ask = async (): Promise<IdentityProvider> => {
    const module = await asking.load(plugin, declared.target)
    const hook = findHook(module, declared.identifier)
    if (!hook) throw failed('IDENTITY_HOOK_MISSING', name, 'its hook module exports no function', asking)
    const provider: unknown = await hook({request})
    if (!isProvider(provider)) throw failed('IDENTITY_INVALID', name, 'its answer is not an identity provider', asking)
    return provider
  }

  const deadlineMs = asking.deadlineMs ?? DEADLINE_MS
  const late = failed('IDENTITY_TIMEOUT', name, `no answer within ${deadlineMs / 1000} s`, asking)
  try {
    return await within(deadlineMs, ask, late)
  } catch (error) {
    if (isProblem(error)) throw error
    throw failed('IDENTITY_FAILED', name, reasonOf(error), asking, error)
  }
}

/**
 * True when a plugin that the user installed or linked bears the bundled plugin's name and so took its place: oclif
 * loads it instead, commands and hooks.
 */
export function isShadowed(name: string, asking: Pick<Asking, 'bundledRoot' | 'plugins'>): boolean {
  if (name !== BUNDLED) return false
  const plugin = asking.plugins.get(name)
  return plugin !== undefined && (plugin.type !== 'core' || !sameFolder(plugin.root, asking.bundledRoot()))
}

export function shadowed(name: string, bin: string): Problem {
  return new Problem({
    code: 'IDENTITY_SHADOWED',
    message: `An installed plugin bears the name of the bundled ${name} and would take its place, credentials included.`,
    exit: EXIT.configuration,
    suggestions: [`Run \`${bin} plugins uninstall ${name}\`.`],
  })
}

function findPlugin(name: string, asking: Asking): IdentityPlugin {
  const plugin = asking.plugins.get(name)
  if (plugin && isShadowed(name, asking)) throw shadowed(name, asking.bin)
  if (plugin) return plugin
  throw new Problem({
    code: 'IDENTITY_MISSING',
    message: `Identity provider plugin ${name} failed: it is not installed.`,
    exit: EXIT.configuration,
    suggestions: [
      name === BUNDLED ? `Install ${asking.bin} again.` : `Run \`${asking.bin} plugins install ${name}\`.`,
      `Run \`${asking.bin} doctor\` for details.`,
    ],
  })
}

/** As oclif looks for it: the named export, else for `default` the default export (twice, for CommonJS from ESM). */
function findHook(module: Readonly<Record<string, unknown>>, identifier: string): IdentityHook | undefined {
  const found = module[identifier] ?? module['default']
  const hook = typeof found === 'object' && found !== null && 'default' in found ? found.default : found
  return typeof hook === 'function' ? (hook as IdentityHook) : undefined
}

function isProvider(value: unknown): value is IdentityProvider {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'session') === 'function' &&
    typeof Reflect.get(value, 'describe') === 'function'
  )
}

/** The timer is not unref'd: a plugin that waits for nothing would else end the process in the middle (exit 13). */
async function within<T>(milliseconds: number, work: () => Promise<T>, late: Problem): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late), milliseconds)
  })
  try {
    return await Promise.race([work(), deadline])
  } finally {
    clearTimeout(timer)
  }
}

function sameFolder(one: string, other: string): boolean {
  return one === other || realpathSync(one) === realpathSync(other)
}

function failed(code: string, name: string, reason: string, {bin}: Pick<Asking, 'bin'>, cause?: unknown): Problem {
  return new Problem({
    code,
    message: `Identity provider plugin ${name} failed: ${reason}.`,
    exit: EXIT.configuration,
    suggestions: [`Run \`${bin} doctor\` for details.`],
    cause,
  })
}
