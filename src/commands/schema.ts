import {Args} from '@oclif/core'
import {type Need, jsonText} from '@superset/identity'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {SupersetCommand} from '../cli/command.ts'
import {usage} from '../cli/errors.ts'
import {profileFlags} from '../cli/flags.ts'

export default class Schema extends SupersetCommand {
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
    const folder = path.join(this.config.root, 'schemas/commands')
    if (words.length === 0) return this.list(folder)
    const typed = words.join(':')
    const id = this.config.commands.find((one) => one.id === typed || one.aliases.includes(typed))?.id
    if (id === undefined) throw usage(`There is no command ${words.join(' ')}.`, ['Run `superset schema` for a list.'])
    const file = path.join(folder, `${id.replaceAll(':', '-')}.json`)
    if (!existsSync(file))
      throw usage(`The output of ${words.join(' ')} has no schema.`, ['Run `superset schema` for a list.'])
    const schema: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const text = jsonText(schema)
    await this.show({human: () => text, ids: () => [file]})
    return schema
  }

  private async list(folder: string): Promise<unknown> {
    const names = new Set(readdirSync(folder).map((file) => file.replace(/\.json$/, '')))
    const rows = this.config.commandIDs
      .filter((id) => names.has(id.replaceAll(':', '-')))
      .map((id) => ({id: id.replaceAll(':', ' '), summary: this.config.findCommand(id)?.summary}))
    return this.showList(rows, {noun: 'schemas', columns: [{name: 'id', heading: 'command'}, 'summary'], keep: ['id']})
  }
}
