import {Flags} from '@oclif/core'
import {EXIT, type Need, Problem} from '@superset/identity'
import {usage} from '../cli/errors.ts'
import {type UpdaterResult, signUpdater, updateCommand} from '../update/signed-updater.ts'
import {type UpdateOutput, type UpdateResult, UpdateShape} from '../own-shapes.ts'
import {setAutoUpdate, type UpdateTools, updatingOf} from '../update/run-update.ts'

const Base: ReturnType<typeof updateCommand> = updateCommand()

/** plugin-update's command, over our own signed releases. */
export default class Update extends Base {
  static override output = () => UpdateShape
  static override summary = 'Update superset, or go back to an earlier version.'
  static override description =
    'Takes signed releases only, and never an older one unless you name it. Your plugins are left as they are.'
  static override examples = [
    ...Base.examples,
    {command: '<%= config.bin %> <%= command.id %> --rollback', description: 'Go back to the version before:'},
  ]
  static override baseFlags = {
    quiet: Flags.boolean({char: 'q', summary: 'Print versions only, one per line.', helpGroup: 'GLOBAL'}),
  }
  // oclif looks at what a class has itself.
  static override args = Base.args
  static override flags = {
    ...Base.flags,
    autoupdate: Flags.option({
      options: ['on', 'off'] as const,
      summary: 'Whether superset updates itself, once a day, after a command on a terminal.',
      exclusive: ['available', 'channel', 'force', 'interactive', 'rollback', 'version'],
    })(),
    channel: Flags.string({
      summary: 'Follow this channel from now on; the same as the argument.',
      helpValue: '<name>',
      exclusive: ['available', 'version'],
    }),
    rollback: Flags.boolean({
      summary: 'Go back to the version before, offline.',
      exclusive: ['available', 'channel', 'force', 'interactive', 'version'],
    }),
  }
  static override identity: Need = 'none'

  override async run(): Promise<UpdateOutput> {
    const {args, flags} = await this.parse(Update)
    const channel = args.channel ?? flags.channel
    if (args.channel !== undefined && (flags.version ?? flags.channel) !== undefined)
      throw usage('A channel was named twice, or together with a version.')
    if (channel !== undefined && (flags.rollback || flags.available))
      throw usage('A channel goes neither with --rollback nor with --available.')
    const isHuman = this.mode() === 'human'
    const tools = updatingOf(this.config, {isHuman, tell: (line) => this.tell(line)})
    if (typeof tools === 'string') return this.elsewhere(tools, flags.rollback || flags.version !== undefined)
    if (flags.autoupdate) {
      if (channel !== undefined) throw usage('--autoupdate goes without a channel.')
      return this.chooseAuto(flags.autoupdate, tools)
    }

    if (flags.interactive && channel === undefined) this.demandPerson()
    // As their help says: ignored if a channel is provided.
    else this.argv = this.argv.filter((word) => word !== '--interactive' && word !== '-i')
    const outcome = await signUpdater(tools, {channel, rollback: flags.rollback})
    try {
      await super.run()
    } catch (error) {
      throw cancelled(error)
    }

    return this.report(await outcome())
  }

  private async report({listed = [], tables, updated}: UpdaterResult): Promise<UpdateOutput> {
    if (updated) {
      await this.show({human: () => sentence(updated), ids: () => [updated.to]})
      return updated
    }

    const channels = new Map(listed.map(({channel, version}) => [version, channel]))
    for (const {columns, data} of tables) {
      // Channels are what our signed list says; they know those of npm alone.
      const rows = data.map((row, index) => ({
        ...row,
        id: listed[index]?.version,
        channel: channels.get(listed[index]?.version ?? ''),
      }))
      await this.showRows(rows, {noun: 'releases', columns})
    }

    return listed
  }

  private async chooseAuto(autoupdate: 'off' | 'on', tools: UpdateTools): Promise<UpdateOutput> {
    await setAutoUpdate(autoupdate === 'on', tools)
    await this.show({
      human: () => (autoupdate === 'on' ? 'superset updates itself.' : 'superset does not update itself any more.'),
      ids: () => [autoupdate],
    })
    return {autoupdate}
  }

  private demandPerson(): void {
    if (this.mode() === 'human' && process.stdin.isTTY && process.stdout.isTTY) return
    throw usage('--interactive asks on a terminal, and there is none.', [
      'Run `superset update --available`, then `superset update --version <version>`.',
    ])
  }

  /** Not an error, so that one script serves all installations; but a version that was named is not there now. */
  private async elsewhere(how: string, isExact: boolean): Promise<UpdateOutput> {
    if (isExact) {
      const message = 'This copy of superset does not update itself, so it cannot go to a version.'
      throw new Problem({code: 'UPDATE_NOT_OURS', message, exit: EXIT.failed, suggestions: [how]})
    }

    await this.show({human: () => how, ids: () => []})
    return {changed: false, updatable: false, how}
  }
}

function sentence({changed, from, source, to}: UpdateResult): string {
  if (!changed) return `superset ${to} is in use; there is nothing to do.`
  if (from === to) return `superset ${to} was downloaded anew.`
  return source === 'disk'
    ? `Now superset ${to}, which was on this machine (before: ${from}).`
    : `Updated superset from ${from} to ${to}.`
}

/** Ctrl-C at the question. */
function cancelled(error: unknown): unknown {
  // Told apart by name: another copy of the library may have thrown it.
  if (!(error instanceof Error) || error.name !== 'ExitPromptError') return error
  return new Problem({code: 'CANCELLED', message: 'Cancelled; nothing was changed.', exit: EXIT.interrupted})
}
