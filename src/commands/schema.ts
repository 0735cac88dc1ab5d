import {Args, type Command} from '@oclif/core'
import {type Need, jsonText} from '@superset/identity'
import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {SupersetCommand} from '../cli/command.ts'
import {usage} from '../cli/errors.ts'
import {profileFlags} from '../cli/flags.ts'
import {SchemaShape} from '../own-shapes.ts'

export default class Schema extends SupersetCommand {
  static override output = () => SchemaShape
  static override summary = 'Show the JSON Schema of what a command prints with --json.'
  static override description =
    'Without a command: the commands that have one. Fields that a schema does not name may be there, too.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> tasks list',
    {
      description: 'Check what a script got',
      command: '<%= config.bin %> <%= command.id %> tasks list >schema.json',
    },
  ]
  static override args = {
    command: Args.string({description: 'Words of the command.', multiple: true, ignoreStdin: true}),
  }
  static override baseFlags = profileFlags
  static override identity: Need = 'none'

  async run(): Promise<unknown> {
    const {args} = await this.parse(Schema)
    const words = [args.command ?? []].flat()
    if (words.length === 0) return this.list()
    const typed = words.join(':')
    const command = this.config.commands.find((one) => one.id === typed || one.aliases.includes(typed))
    if (!command) throw usage(`There is no command ${words.join(' ')}.`, ['Run `superset schema` for a list.'])
    const file = this.fileOf(command)
    if (file === undefined || !existsSync(file))
      throw usage(`The output of ${words.join(' ')} has no schema.`, ['Run `superset schema` for a list.'])
    const schema = JSON.parse(readFileSync(file, 'utf8')) as object
    const text = jsonText(schema)
    await this.show({human: () => text, ids: () => [file]})
    return schema
  }

  private async list(): Promise<unknown> {
    const rows = this.config.commands
      .filter((command) => existsSync(this.fileOf(command) ?? ''))
      .map(({id, summary}) => ({id: id.replaceAll(':', ' '), summary}))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    return this.showList(rows, {noun: 'schemas', columns: [{name: 'id', heading: 'command'}, 'summary'], keep: ['id']})
  }

  /** In the package that has the command: another one may answer where identity is another plugin's. */
  private fileOf({id, pluginName = ''}: Pick<Command.Loadable, 'id' | 'pluginName'>): string | undefined {
    const {root} = this.config.plugins.get(pluginName) ?? {}
    return root === undefined ? undefined : path.join(root, 'schemas/commands', `${id.replaceAll(':', '-')}.json`)
  }
}
