import {Args, Flags} from '@oclif/core'
import {EXIT, type Need, Problem} from '@superset/identity'
import {SupersetCommand} from '../command.ts'
import {usage} from '../failure.ts'
import type {Available} from '../update/available.ts'
import type {Updated} from '../update/update.ts'

type Result =
  readonly Available[] | Updated | {readonly changed: false; readonly updatable: false; readonly how: string}

export default class Update extends SupersetCommand {
  static override summary = 'Update superset, or go back to an earlier version.'
  static override description =
    'Takes signed releases only, and never an older one unless you name it. Your plugins are left as they are.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --channel beta',
    '<%= config.bin %> <%= command.id %> --rollback',
  ]
  static override baseFlags = {
    quiet: Flags.boolean({char: 'q', summary: 'Print versions only, one per line.', helpGroup: 'GLOBAL'}),
  }
  static override args = {channel: Args.string({description: 'The same as --channel.'})}
  static override flags = {
    available: Flags.boolean({char: 'a', summary: 'List the versions that there are.', exclusive: ['force']}),
    channel: Flags.string({summary: 'Follow this channel from now on.', helpValue: '<name>'}),
    force: Flags.boolean({summary: 'Download it anew, even if it is here.'}),
    rollback: Flags.boolean({summary: 'Go back to the version before, offline.', exclusive: ['force', 'available']}),
    version: Flags.string({
      char: 'v',
      summary: 'Go to exactly this version, newer or older.',
      helpValue: '<version>',
      exclusive: ['available', 'channel', 'rollback'],
    }),
  }
  static override identity: Need = 'none'

  async run(): Promise<Result> {
    const {args, flags} = await this.parse(Update)
    const channel = args.channel ?? flags.channel
    if (args.channel !== undefined && (flags.version ?? flags.channel) !== undefined)
      throw usage('A channel was named twice, or together with a version.')
    if (channel !== undefined && (flags.rollback || flags.available))
      throw usage('A channel goes neither with --rollback nor with --available.')
    const {listAvailable, updateTo, updatingOf} = await import('../updating.ts')
    const updating = updatingOf(this.config, {isHuman: this.mode() === 'human', tell: (line) => this.tell(line)})
    if (typeof updating === 'string') return this.elsewhere(updating, flags.rollback || flags.version !== undefined)
    if (flags.available) return this.list(await listAvailable(updating))
    const updated = await updateTo({...flags, channel}, updating)
    await this.show({human: () => sentence(updated), ids: () => [updated.to]})
    return updated
  }

  private async list(versions: readonly Available[]): Promise<readonly Available[]> {
    const columns = ['version', 'channel', 'createdAt', 'installed', 'current']
    await this.showRows(versions, columns, () => versions.map(({version}) => version))
    return versions
  }

  /** Not an error, so that one script serves all installations; but a version that was named is not there now. */
  private async elsewhere(how: string, isExact: boolean): Promise<Result> {
    if (isExact) {
      const message = 'This copy of superset does not update itself, so it cannot go to a version.'
      throw new Problem({code: 'UPDATE_NOT_OURS', message, exit: EXIT.failed, suggestions: [how]})
    }

    await this.show({human: () => how, ids: () => []})
    return {changed: false, updatable: false, how}
  }
}

function sentence({changed, from, source, to}: Updated): string {
  if (!changed) return `superset ${to} is in use; there is nothing to do.`
  if (from === to) return `superset ${to} was downloaded anew.`
  return source === 'disk'
    ? `Now superset ${to}, which was on this machine (before: ${from}).`
    : `Updated superset from ${from} to ${to}.`
}
