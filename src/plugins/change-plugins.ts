import type {Interfaces} from '@oclif/core'
import {copyOfEnvironment} from '../env.ts'
import {usage} from '../cli/errors.ts'
import {enforceInstallPolicy} from './enforce-policy.ts'
import {installPackages, type InstallContext, bundledName, type Item} from './install.ts'
import type {InstalledPlugin} from '../own-shapes.ts'
import {kindOf, type ListedPlugin, readListed} from './plugin-list.ts'
import {completePlugin} from './manifest.ts'
import {pluginProblem} from './problems.ts'
import {fileOfAddress, isPackageName, kindOfAddress, parsePackageSpec} from './package-spec.ts'
import {currentPolicy} from '../policy/current.ts'
import {isPlainTag} from '../policy/plugin-rules.ts'
import {policyRefusal} from '../policy/problems.ts'
import {stoppable} from '../cli/stoppable.ts'

type Host = Interfaces.Config

/** What a command says, besides the plugins themselves. */
export interface InstallOptions {
  readonly allowScripts: boolean
  readonly anew?: boolean
  /** Downloaded, whatever npm has in its cache. */
  readonly fresh?: boolean
  /** Of what npm says; one of its log levels. */
  readonly logLevel?: string
  /** A line for the person. */
  readonly tell: (line: string) => void
}

/** `plugins install`. @throws Problem POLICY_REFUSED, PLUGIN_*, USAGE_INVALID */
export async function installPlugins(
  wishes: readonly string[],
  host: Host,
  asked: InstallOptions,
): Promise<readonly InstalledPlugin[]> {
  const wanted = wishes.map((argument) => ({argument, wanted: parsePackageSpec(argument, process.cwd())}))
  const bundled = bundledNames(host)
  // All are judged before any is asked for.
  const items = wanted.map((one) => enforceInstallPolicy(one.wanted, host, currentPolicy()))
  for (const [index, {name, tag = ''}] of items.entries()) {
    const {argument = '', wanted: one} = wanted[index] ?? {}
    if (one?.type === 'address') checkFile(one.address)
    if (name === undefined) continue
    if (!isPackageName(name)) throw usage(`${JSON.stringify(argument)} is not the name of a package.`)
    if (!isPlainTag(tag)) throw usage(`${JSON.stringify(argument)} asks for another package than ${name}.`)
    if (bundled.has(name)) throw bundledName(name)
  }

  try {
    return await stoppable((signal) => installPackages(items, bringing(host, asked, signal)))
  } catch (error) {
    throw explained(
      error,
      wanted.map((one) => one.wanted),
    )
  }
}

/** What was brought for one of the wishes, as plugin-plugins names it: by the package's name, or by the address. */
export function findInstalled(
  wish: string,
  brought: readonly InstalledPlugin[],
  {dataDir}: Pick<Host, 'dataDir'>,
): InstalledPlugin {
  const name = readListed(dataDir).find(({url}) => url === wish)?.name ?? wish
  const found = brought.find((one) => one.name === name)
  if (!found) throw pluginProblem('NOT_FOUND', `${wish} was not installed.`)
  return found
}

/** npm would say of a file that is not there what the system said to it. */
function checkFile(address: string): void {
  const file = fileOfAddress(address)
  if (file === undefined) return
  const wanted = kindOfAddress(address)
  const found = kindOf(file)
  if (wanted === 'folder' ? found === 'folder' : found === 'file') return
  if (found === undefined)
    throw usage(`There is no ${wanted} ${file}.`, [
      'A package of a registry is named without a path: `@acme/hello`, or `npm:hello` where it has no scope.',
    ])
  throw usage(`${file} is a ${found}, not a ${wanted}.`, [
    'A plugin comes from a folder, or from a tarball whose name ends in .tgz.',
  ])
}

/** `plugins update`, `plugins reset --reinstall`: what is listed, brought again. Links stay as they are. */
export async function reinstallPlugins(
  listed: readonly ListedPlugin[],
  host: Host,
  asked: InstallOptions,
): Promise<readonly InstalledPlugin[]> {
  const items = listed
    .filter(({type}) => type === 'user')
    .map(({name, tag, url}): Item => (url === undefined ? {name, tag: tag ?? 'latest'} : {name, url}))
  for (const {name = '', tag = 'latest', url} of items) {
    if (!isPackageName(name) || (url === undefined && !isPlainTag(tag)))
      throw usage(`Your list of plugins has ${JSON.stringify(`${name}@${tag}`)}, which names no package.`, [
        `Run \`${host.bin} plugins uninstall ${name}\`.`,
      ])
    if (bundledNames(host).has(name)) throw bundledName(name)
  }

  if (items.length === 0) return []
  return stoppable((signal) => installPackages(items, bringing(host, asked, signal)))
}

/** What comes with the CLI, and the CLI. */
export function bundledNames({pjson}: Pick<Host, 'pjson'>): ReadonlySet<string> {
  return new Set([pjson.name, ...Object.keys(pjson.dependencies ?? {}), ...(pjson.oclif.plugins ?? [])])
}

function bringing(host: Host, {allowScripts, ...asked}: InstallOptions, signal: AbortSignal): InstallContext {
  const policy = currentPolicy()
  if (allowScripts && policy?.plugins && !policy.plugins.installScripts)
    throw policyRefusal({
      policy,
      key: 'plugins.installScripts',
      rule: 'forbids install scripts',
      suggestions: ['Leave out --allow-scripts.'],
    })
  return {
    dataDir: host.dataDir,
    registry: host.npmRegistry,
    policy,
    scripts: allowScripts || policy?.plugins?.installScripts === true,
    bundled: bundledNames(host),
    environment: copyOfEnvironment(),
    prepare: ({root}) => completePlugin(root),
    ...asked,
    signal,
  }
}

/** A short name that leads nowhere says what it is short for. */
function explained(error: unknown, wanted: ReadonlyArray<ReturnType<typeof parsePackageSpec>>): unknown {
  const {code} = error as {code?: unknown}
  const short = wanted.find((one) => one.type === 'npm' && one.friendly !== undefined)
  if (code !== 'PLUGIN_NOT_FOUND' || short?.type !== 'npm') return error
  return pluginProblem('NOT_FOUND', `${short.friendly} is short for ${short.name}, which is not in the registry.`, {
    suggestions: [`A package without a scope is asked for as \`npm:${short.friendly}\`, if you trust its author.`],
    cause: error,
  })
}
