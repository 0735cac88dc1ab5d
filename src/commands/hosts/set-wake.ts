import {Args, Flags} from '@oclif/core'
import {nullable, object, string} from 'valibot'
import {type ParsedLine, SupersetCommand} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {setWakeCommand} from '../../service/hosts.ts'

const Answer = object({host: string(), wakeCommand: nullable(string())})

export default class HostsSetWake extends SupersetCommand {
  static override summary = 'Store the command that wakes a host.'
  static override description =
    'It is run on the machine of whoever wakes the host. Put -- in front of a command that has flags, or quote it whole.'
  static override output = () => Answer
  static override examples = [
    '<%= config.bin %> <%= command.id %> build-box -- wakeonlan -i 10.0.0.255 aa:bb:cc:dd:ee:ff',
    {description: 'Forget it', command: '<%= config.bin %> <%= command.id %> build-box --clear'},
  ]
  static override args = {
    host: Args.string({description: 'Name or id of the host.', required: true, ignoreStdin: true}),
    command: Args.string({description: 'The command, for a shell.', multiple: true, ignoreStdin: true}),
  }
  static override flags = {clear: Flags.boolean({summary: 'Store none any more.', default: false})}

  protected override validate({args, flags: {clear}}: ParsedLine<typeof HostsSetWake>): void {
    if ((commandOf(args) === '') !== clear)
      throw usage(clear ? 'Give a command or --clear, not both.' : 'Give a command, or --clear.')
  }

  async run(): Promise<{host: string; wakeCommand: string | null}> {
    const {args, flags} = await this.parse(HostsSetWake)
    const command = commandOf(args)
    const host = await setWakeCommand(await this.api(), args.host, flags.clear ? null : command)
    await this.showDone(
      flags.clear ? `${host.name} has no wake command any more.` : `${host.name} is woken with: ${command}`,
      [host],
    )
    return {host: host.name, wakeCommand: host.wakeCommand ?? null}
  }
}

function commandOf({command = []}: {readonly command?: string | string[] | undefined}): string {
  return [command].flat().join(' ').trim()
}
