import {Args} from '@oclif/core'
import {EXIT, Problem} from '@superset/identity'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {constants} from 'node:os'
import {number, object, string} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
import {yesFlag} from '../../cli/flags.ts'
import {throughShell} from '../../cli/shell.ts'
import {findHost} from '../../service/hosts.ts'
import {shellWord} from '../../service/shell-word.ts'

const Answer = object({host: string(), exitCode: number()})

export default class HostsWake extends SupersetCommand {
  static override summary = 'Wake a host, with the command that is stored for it.'
  static override description =
    'Shows the command and asks before it runs it in a shell of this machine; needs --yes where nobody can be asked. Ends with 1 when the command fails.'
  static override output = () => Answer
  static override examples = ['<%= config.bin %> <%= command.id %> build-box']
  static override args = {
    host: Args.string({description: 'Name or id of the host.', required: true, ignoreStdin: true}),
  }
  static override flags = {...yesFlag}

  async run(): Promise<{host: string; exitCode: number}> {
    const {args, flags} = await this.parse(HostsWake)
    const find = async () => withCommand(await findHost(await this.api(), args.host))
    let found: Awaitable<typeof find>
    await this.confirm(async () => {
      found = await find()
      return `  ${found.command}\nRun this command on this machine to wake ${found.name}?`
    }, flags.yes)
    const {command, id, name} = (found ??= await find())
    if (flags.yes) this.tell(`Running: ${command}`)
    const exitCode = await this.runHere(command)
    if (exitCode === 0) await this.showDone(`Ran the wake command of ${name}.`, [{id}])
    else {
      this.tell(`The wake command of ${name} ended with ${exitCode}.`)
      process.exitCode = EXIT.failed
    }

    return {host: name, exitCode}
  }

  /** Its output is what a person sees; where a program reads ours, it goes beside. */
  private async runHere(command: string): Promise<number> {
    const [shell, words] = throughShell(command)
    const child = spawn(shell, words, {stdio: ['inherit', this.mode() === 'human' ? 'inherit' : 2, 'inherit']})
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + constants.signals[signal ?? 'SIGTERM']
  }
}

type Awaitable<Find extends () => Promise<unknown>> = Awaited<ReturnType<Find>> | undefined

function withCommand({id, name, wakeCommand}: Awaited<ReturnType<typeof findHost>>) {
  if (wakeCommand) return {id, name, command: wakeCommand}
  throw new Problem({
    code: 'HOST_NO_WAKE_COMMAND',
    message: `No command is stored that wakes ${name}.`,
    exit: EXIT.failed,
    suggestions: [`Store one with \`superset hosts set-wake ${shellWord(name)} -- <command>\`.`],
  })
}
