import {mkdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {PackageFiles} from './registry.ts'

export interface IdentityPluginOptions {
  readonly version?: string
  /** Text of the hook's module; `undefined`: it has no hook. */
  readonly hook?: string | undefined
  /** True: it declares its own auth commands. */
  readonly brings?: boolean
  /** Command ids; each prints that it ran, and whose it is. */
  readonly commands?: readonly string[]
  /** The command that takes `--profile` for something of its own. */
  readonly ownProfile?: string
  /** `old`: that of another version. */
  readonly manifest?: 'good' | 'none' | 'old'
}

/** A module that notes its import in the file that ASKED names. */
const NOTE = `
import {appendFileSync} from 'node:fs'
if (process.env.ASKED) appendFileSync(process.env.ASKED, import.meta.url + '\\n')
`

/** A provider that can do nothing but say that somebody is signed in. */
export const ANSWERS = `${NOTE}
export default async ({request}) => ({
  name: 'fixture',
  capabilities: [],
  async session() {
    const apiUrl = request.apiUrl.value
    return {issuer: apiUrl, apiUrl, profile: request.profile, scheme: 'bearer', source: 'stored',
      fetch: (input, init) => fetch(new URL(input, apiUrl), init), token: async () => 'token'}
  },
  async describe() {
    return {signedIn: true, account: 'ada@acme.test', profile: request.profile, hides: [], apiUrl: request.apiUrl.value, notes: []}
  },
})
`
export const BROKEN = `throw new Error('cannot be imported')`
export const THROWS = `export default async () => { throw new Error('the vault is closed') }`
export const HANGS = `export default () => new Promise(() => undefined)`

/** An identity plugin without dependencies, as a registry would hold it. */
export function identityPlugin(name: string, options: IdentityPluginOptions = {}): PackageFiles {
  const {brings = false, commands = [], hook, manifest = 'good', ownProfile, version = '1.0.0'} = options
  const oclif = {
    commands: './commands',
    topicSeparator: ' ',
    ...(hook !== undefined && {hooks: {'superset:identity': './identity.js'}}),
    ...(brings && {superset: {bringsAuthCommands: true}}),
  }
  const entries = commands.map((id) => [id, entryOf(id, name, id === ownProfile)])
  const manifestOf = {commands: Object.fromEntries(entries) as object, version: manifest === 'old' ? '0.9.0' : version}
  return {
    'package.json': JSON.stringify({name, version, type: 'module', oclif}),
    ...(hook !== undefined && {'identity.js': hook}),
    ...(manifest !== 'none' && {'oclif.manifest.json': JSON.stringify(manifestOf)}),
    ...Object.fromEntries(commands.map((id) => [`commands/${id.replaceAll(':', '/')}.js`, commandOf(id, name)])),
  }
}

function entryOf(id: string, pluginName: string, ownProfile: boolean): object {
  const relativePath = ['commands', ...id.split(':')]
  relativePath.push(`${relativePath.pop()}.js`)
  const flags = ownProfile ? {profile: {name: 'profile', type: 'option'}} : {}
  const none = {aliases: [], args: {}, flags, hiddenAliases: []}
  return {
    ...none,
    id,
    pluginName,
    pluginType: 'core',
    strict: false,
    isESM: true,
    relativePath,
    summary: `By ${pluginName}.`,
  }
}

function commandOf(id: string, name: string): string {
  return `export default class {
  static summary = 'By ${name}.'
  static strict = false
  static async run() { console.log(${JSON.stringify(`${id} by ${name}`)}) }
}`
}

/** One entry of the list of installed plugins, and what is in its folder. */
export interface Laid {
  readonly files: PackageFiles
  readonly type?: 'link' | 'user'
  /** Where the tarball came from, for one that came from no registry. */
  readonly url?: string
  /** The name in the list, where the package has another. */
  readonly as?: string
}

/** Lays plugins into a home as \`plugins install\` and \`plugins link\` leave them, in the place of what was there. */
export async function layPlugins(home: string, plugins: readonly Laid[]): Promise<string> {
  const data = path.join(home, '.local/share/superset')
  await rm(data, {recursive: true, force: true})
  const listed = await Promise.all(plugins.map((plugin) => lay(data, home, plugin)))
  const list = {name: 'superset', private: true, dependencies: {}, oclif: {schema: 1, plugins: listed}}
  await mkdir(data, {recursive: true})
  await writeFile(path.join(data, 'package.json'), JSON.stringify(list))
  return data
}

async function lay(data: string, home: string, {as, files, type = 'user', url}: Laid): Promise<object> {
  const {name} = JSON.parse(files['package.json'] ?? '') as {name: string}
  const listed = as ?? name
  const folder = type === 'link' ? path.join(home, 'work', name) : path.join(data, 'node_modules', listed)
  await writePackage(folder, files)
  return type === 'link' ? {name: listed, type, root: folder} : {name: listed, type, ...(url ? {url} : {tag: 'latest'})}
}

export async function writePackage(folder: string, files: PackageFiles): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    const place = path.join(folder, file)
    await mkdir(path.dirname(place), {recursive: true})
    await writeFile(place, text)
  }
}
