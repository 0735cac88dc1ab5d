import {Flags} from '@oclif/core'
import {AuthCommand} from '../../command.ts'
import type {Refreshed} from '../../shapes.ts'

export default class Refresh extends AuthCommand {
  static override output = async () => (await import('../../shapes.ts')).RefreshShape
  static override summary = 'Refresh the stored session now.'
  static override description = `Sessions are refreshed by themselves when they are due; this is for scripts that want a long lifetime ahead of them. With --replay, a refresh whose answer was lost is tried once more: if the server did carry it out, it ends every session of yours on all machines.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --replay']
  static override flags = {
    replay: Flags.boolean({summary: 'Take the risk of presenting again what may be spent.'}),
  }

  async run(): Promise<Refreshed> {
    const {flags} = await this.parse(Refresh)
    const provider = await this.providerThatCan('refresh')
    const result = await provider.refresh(this.identity().request, flags.replay ? {replay: true} : {})
    const until = result.expiresAt ? ` It expires at ${result.expiresAt.toISOString()}.` : ''
    const what = result.refreshed ? 'Session refreshed.' : 'Another process had refreshed the session already.'
    this.show([`${what}${until}`])
    return result
  }
}
