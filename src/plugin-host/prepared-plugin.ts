import {type Command, type Interfaces, ModuleLoader, Plugin} from '@oclif/core'
import path from 'node:path'

type PJSON = Plugin['pjson']

/** What bin/bundle.js makes of the CLI and of the plugins that come with it. */
export interface PreparedProgram {
  /** Of the bundles; what is prepared names its files from there on. */
  readonly folder: string
  readonly plugins: Readonly<Record<string, PreparedContents>>
}

interface PreparedContents {
  readonly commands: Interfaces.Manifest['commands']
  readonly hooks: Readonly<Record<string, string>>
  readonly helpClass?: string
  /** Not that of the CLI, which the program has. */
  readonly pjson?: PJSON
}

/** A plugin that oclif need not look for on the disk, and whose modules are in the bundles. */
export class PreparedPlugin extends Plugin {
  private readonly contents: PreparedContents
  private readonly bundles: string

  constructor(options: {isRoot: boolean; pjson: PJSON; root: string}, contents: PreparedContents, bundles: string) {
    super({...options, type: 'core'})
    this.contents = contents
    this.bundles = bundles
  }

  /** In the place of oclif's: it would search, and sort by the rules of a language, what is in order already. */
  override load(): Promise<void> {
    const {isRoot = false, pjson, root} = this.options
    if (!pjson) throw new Error(`no package.json for ${root}`)
    const {commands, helpClass, hooks} = this.contents
    const {name, version} = pjson
    this.root = root
    this.pjson =
      helpClass === undefined ? pjson : {...pjson, oclif: {...pjson.oclif, helpClass: this.bundled(helpClass)}}
    const toHook = ([event, file]: [string, string]) => [event, [{identifier: 'default', target: this.bundled(file)}]]
    this.hooks = Object.fromEntries(Object.entries(hooks).map(toHook)) as Plugin['hooks']
    Object.assign(this, {alias: name, hasManifest: true, isRoot, moduleType: pjson.type, name, valid: true, version})
    this.commandIDs = Object.keys(commands)
    this.type = 'core'
    this.manifest = {commands, version}
    this.commands = Object.values(commands).map((command) => ({
      ...command,
      load: () => this.findCommand(command.id, {must: true}),
      pluginAlias: name,
      pluginType: 'core',
    }))
    return Promise.resolve()
  }

  override async findCommand(id: string, options: {must: true}): Promise<Command.Class>
  override async findCommand(id: string, options?: {must: boolean}): Promise<Command.Class | undefined>
  override async findCommand(id: string): Promise<Command.Class | undefined> {
    const command = this.contents.commands[id]
    if (!command) return undefined
    const {filePath, module} = await ModuleLoader.loadWithDataFromManifest(command, this.bundles)
    const {default: found} = module as {default: Command.Class}
    const relativePath = path.relative(this.root, filePath).split(path.sep)
    return Object.assign(found, {id, isESM: false, plugin: this, relativePath})
  }

  /** As oclif wants the place of a file in a plugin. */
  private bundled(file: string): string {
    return `./${path.relative(this.root, path.join(this.bundles, file))}`
  }
}
