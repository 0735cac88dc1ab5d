import {Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import type {CommandExtension} from '../../cli/extend-command.ts'
import {profileFlags} from '../../cli/flags.ts'
import {bundledName} from '../../plugins/install.ts'
import {type InstalledPlugin, InstalledPluginsShape} from '../../own-shapes.ts'
import {offerIdentity} from '../../plugin-host/offer-identity.ts'
import {parsePackageSpec} from '../../plugins/package-spec.ts'
import {setOperations, once, pluginCommand} from '../../plugins/gated-commands.ts'
import {findInstalled, installPlugins} from '../../plugins/change-plugins.ts'

interface PluginArguments {
  parsePlugin(
    plugins: unknown,
    input: string,
  ): Promise<{type: 'npm'; name: string; tag: string} | {type: 'repo'; url: string}>
}

const Theirs: CommandExtension<PluginArguments> = pluginCommand('plugins:install')
const {jit: _needsPluginsOfAList, ...flags} = Theirs.flags

export default class PluginsInstall extends Theirs {
  static override output = () => InstalledPluginsShape
  static override summary = 'Install plugins: by name from a registry, from a tarball, a folder or git.'
  static override description = `A plugin runs inside superset, with all your rights. \`hello\` is short for @superset/plugin-hello and nothing else; a package without a scope is asked for as npm:hello. What was resolved and checked is what is installed, all or none; scripts of packages do not run.

SUPERSET_NPM_REGISTRY names another registry than that of your .npmrc, SUPERSET_NPM_LOG_LEVEL how much npm says.`
  static override examples = [
    ['From a registry:', '@acme/superset-plugin'],
    ['This version, and no other later:', '@acme/superset-plugin@1.2.3'],
    ['A tarball:', './superset-plugin-1.2.3.tgz'],
    ['From git:', 'git+https://git.acme.example/superset-plugin.git'],
  ].map(([description = '', what]) => ({description, command: `<%= config.bin %> <%= command.id %> ${what}`}))
  static override baseFlags = profileFlags
  static override identity: Need = 'none'
  static override flags = {
    ...flags,
    'allow-scripts': Flags.boolean({summary: 'Let packages run scripts while they are installed.'}),
  }

  override async run(): Promise<readonly InstalledPlugin[]> {
    const {argv, flags} = await this.parse()
    if (argv.includes(this.config.name)) throw bundledName(this.config.name)
    const bring = once((asked: {readonly fresh: boolean; readonly logLevel: string}) =>
      installPlugins(argv.map(String), this.config, {
        ...{allowScripts: flags['allow-scripts'] === true, ...asked},
        tell: (line) => this.tell(line),
      }),
    )
    setOperations(this.config, {
      install: async ({force, logLevel, name}) =>
        findInstalled(name, await bring({fresh: force, logLevel}), this.config),
    })
    await super.run()
    const brought = await bring({fresh: false, logLevel: 'silent'})
    for (const {faults, name} of brought) for (const fault of faults) this.tell(`${name}: ${fault}.`)
    const sentence = brought.map(({name, version}) => `${name} ${version}`).join(', ')
    await this.showDone(
      `Installed ${sentence}.`,
      brought.map(({name}) => ({id: name})),
    )
    await offerIdentity(
      brought.map(({name}) => name),
      this.config,
      (line) => this.tell(line),
    )
    return brought
  }

  /** As it is asked for here; theirs would ask a registry which of two names there is. */
  override async parsePlugin(_plugins: unknown, input: string): ReturnType<PluginArguments['parsePlugin']> {
    const wanted = parsePackageSpec(input, process.cwd())
    if (wanted.type === 'address') return {type: 'repo', url: wanted.address}
    return {type: 'npm', name: wanted.name, tag: wanted.tag}
  }
}
