import {Args, Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import {SupersetCommand} from '../../command.ts'
import {profileFlags} from '../../flags.ts'
import {installPlugins} from '../../program/plugin-changes.ts'
import type {Brought} from '../../plugins/bring.ts'

export default class PluginsInstall extends SupersetCommand {
  static override aliases = ['plugins:add']
  static override summary = 'Install plugins: by name from a registry, from a tarball, a folder or git.'
  static override description = `A plugin runs inside superset, with all your rights. \`hello\` is short for @superset/plugin-hello and nothing else; a package without a scope is asked for as npm:hello. What was resolved and checked is what is installed, scripts of packages do not run, and what fails changes nothing.

SUPERSET_NPM_REGISTRY names another registry than that of your .npmrc.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> @acme/superset-plugin',
    '<%= config.bin %> <%= command.id %> @acme/superset-plugin@1.2.3',
    '<%= config.bin %> <%= command.id %> ./superset-plugin-1.2.3.tgz',
    '<%= config.bin %> <%= command.id %> git+https://git.acme.example/superset-plugin.git',
  ]
  static override baseFlags = profileFlags
  static override identity: Need = 'none'
  static override strict = false
  static override args = {
    plugin: Args.string({
      description: 'What to install; several are installed together.',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    'allow-scripts': Flags.boolean({summary: 'Let packages run scripts while they are installed.'}),
  }

  async run(): Promise<readonly Brought[]> {
    const {argv, flags} = await this.parse(PluginsInstall)
    const brought = await installPlugins(argv.map(String), this.config, {allowScripts: flags['allow-scripts']})
    for (const {faults, name} of brought) for (const fault of faults) this.tell(`${name}: ${fault}.`)
    const sentence = brought.map(({name, version}) => `${name} ${version}`).join(', ')
    await this.showDone(
      `Installed ${sentence}.`,
      brought.map(({name}) => ({id: name})),
    )
    return brought
  }
}
