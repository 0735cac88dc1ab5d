import {Args, Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import path from 'node:path'
import {SupersetCommand} from '../../cli/command.ts'
import {profileFlags} from '../../cli/flags.ts'
import {type CreatedPlugin, CreatedPluginShape} from '../../own-shapes.ts'
import {createPlugin, type PluginKind, topicOf} from '../../plugins/create.ts'

export default class PluginsCreate extends SupersetCommand {
  static override output = () => CreatedPluginShape
  static override summary = 'Begin a plugin of your own, with commands or for signing people in.'
  static override description =
    'Writes a package that builds and whose tests pass: three commands, or with --identity a whole identity plugin with its conformance test. Nothing is installed, and nobody is asked.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> @acme/superset-plugin-jira',
    {
      description: 'One that signs people in',
      command: '<%= config.bin %> <%= command.id %> @acme/superset-identity --identity',
    },
  ]
  static override baseFlags = profileFlags
  static override args = {
    name: Args.string({description: 'Name of the package, with your scope.', required: true, ignoreStdin: true}),
  }
  static override flags = {
    identity: Flags.boolean({summary: 'One that signs people in.', default: false}),
    folder: Flags.string({summary: 'Where to write it; beside you, by its name, unless given.', helpValue: '<folder>'}),
  }
  static override identity: Need = 'none'

  async run(): Promise<CreatedPlugin> {
    const {args, flags} = await this.parse(PluginsCreate)
    const {name} = args
    const kind: PluginKind = flags.identity ? 'identity-plugin' : 'plugin'
    const folder = path.resolve(flags.folder ?? name.split('/').at(-1) ?? name)
    const files = createPlugin({name, kind, folder}, path.join(this.config.root, 'dist/templates.json'))
    const shown = path.relative(process.cwd(), folder) || '.'
    const created = {id: folder, name, kind, folder, files} as const
    await this.showDone(`Created ${name} in ${shown}.`, [created])
    const first = flags.identity ? 'identity use' : topicOf(name)
    this.tell(`Next: cd ${shown}, npm install, npm test, then npm run build and \`superset plugins link .\`.`)
    this.tell(`Then \`superset ${first} ${flags.identity ? name : 'me'}\`; README.md says the rest.`)
    return created
  }
}
