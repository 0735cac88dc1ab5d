import {Flags} from '@oclif/core'
import {EXIT, type Storage} from '@superset/identity'
import {problem} from '../../problem.ts'
import {AuthCommand} from '../../command.ts'
import type {Migration} from '../../shapes.ts'

export default class Migrate extends AuthCommand {
  static override output = async () => (await import('../../shapes.ts')).MigrateShape
  static override summary = 'Move the stored credential to another storage.'
  static override description = `The credential stays the same, and nothing is sent to the server. A session in config.json is used by other programs, too: after the move they are signed out.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --to keychain',
    '<%= config.bin %> <%= command.id %> --to key --yes',
  ]
  static override flags = {
    to: Flags.option({
      options: ['keychain', 'key', 'file'] as const,
      required: true,
      summary: 'The storage to move to.',
      description:
        'keychain: encrypted, the key in the keychain of this system. key: encrypted under SUPERSET_STORAGE_KEY. file: plain text.',
    })(),
    yes: Flags.boolean({char: 'y', summary: 'Do not ask.'}),
  }

  async run(): Promise<Migration> {
    const {flags} = await this.parse(Migrate)
    const provider = await this.providerThatCan('migrate')
    const {request} = this.identity()
    if (!flags.yes) await this.ask(flags.to, request.interactive)
    const result = await provider.migrate(request, flags.to)
    this.show([`Moved the credential of ${result.account ?? 'an unnamed account'} to ${flags.to}.`], [result.subject])
    return result
  }

  private async ask(to: Storage, interactive: boolean): Promise<void> {
    const plain = to === 'file' ? ', in plain text' : ''
    if (interactive) {
      const {confirm} = await import('../../signin/terminal.ts')
      if (await confirm(`Move the stored credential to ${to}${plain}?`)) return
      throw problem('MIGRATE_DECLINED', EXIT.failed, 'Nothing was moved.', [])
    }

    throw problem(
      'USAGE_CONFIRM',
      EXIT.usage,
      'Moving the stored credential must be confirmed, and there is no terminal to ask on.',
      [`Run \`superset auth migrate --to ${to} --yes\`.`],
    )
  }
}
