import {Args, Flags} from '@oclif/core'
import {jsonText} from '@superset/identity'
import {parseFields, parseInput} from '../cli/api-input.ts'
import {HostCommand} from '../cli/host-command.ts'
import {idOf} from '../output/ids.ts'
import {ApiShape} from '../own-shapes.ts'

export default class Api extends HostCommand {
  static override output = () => ApiShape
  static override summary = "Call a procedure of the service's API, and print its answer as JSON."
  static override description =
    'A query unless --mutation says otherwise. For what has no command of its own: neither names nor procedures are promised to stay.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> task.list --field limit=5 --field assigneeMe=true',
    {
      description: 'An input that is no object',
      command: `<%= config.bin %> <%= command.id %> task.byIdOrSlug --input '"fix-login"'`,
    },
    {
      description: 'A change, at a host',
      command:
        '<%= config.bin %> <%= command.id %> workspace.update --mutation --host build-box --field id=<id> --field name="Fix login"',
    },
  ]
  static override args = {
    procedure: Args.string({description: 'As the service names it: `task.list`.', required: true, ignoreStdin: true}),
  }
  static override flags = {
    input: Flags.string({
      summary: 'Its input: JSON, @file, or - for standard input.',
      helpValue: '<json|@file|->',
      exclusive: ['field'],
    }),
    field: Flags.string({
      char: 'F',
      summary: 'A field of its input; can be given several times.',
      description:
        'true, false, null and numbers are what they look like; @file is the text of a file, @- of standard input; a.b=1 is a field of a field, a[]=1 the next of a list.',
      helpValue: '<key=value>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    mutation: Flags.boolean({summary: 'It changes something. It is never sent twice.'}),
    host: Flags.string({
      summary: 'Ask this host instead of the service; `local` is this machine.',
      helpValue: '<name|id|local>',
    }),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Api)
    const input = this.inputOf(flags)
    const asked = flags.host === undefined ? await this.api() : await this.target({host: flags.host})
    const answer = flags.mutation ? await asked.mutate(args.procedure, input) : await asked.query(args.procedure, input)
    await this.show({human: () => jsonText(answer ?? null), ids: () => idsIn(answer)})
    return answer ?? null
  }

  private inputOf({
    field,
    input,
  }: {
    readonly field?: string[] | undefined
    readonly input?: string | undefined
  }): unknown {
    if (input !== undefined) return parseInput(input)
    return field === undefined ? undefined : parseFields(field)
  }
}

function idsIn(answer: unknown): string[] {
  const rows: unknown[] = Array.isArray(answer) ? answer : [answer]
  return rows.map((row) => (typeof row === 'object' && row !== null ? idOf(row) : jsonText(row)))
}
