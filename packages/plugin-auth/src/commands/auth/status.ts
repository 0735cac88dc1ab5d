import {Flags} from '@oclif/core'
import {EXIT, type IdentityDescription, type Identity} from '@superset/identity'
import {apiKeyFlag, AuthCommand} from '../../command.ts'
import {statusLines} from '../../status-text.ts'

export default class Status extends AuthCommand {
  static override summary = 'Show who is signed in, with what, and until when.'
  static override description = `Works offline and asks no keychain. Exits with 0 when the credential can be used, with 4 when it cannot.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = {
    'api-key': apiKeyFlag,
    organization: Flags.string({
      summary: 'As if acting on this organization.',
      helpGroup: 'GLOBAL',
      helpValue: '<id|slug>',
    }),
  }

  async run(): Promise<IdentityDescription & {readonly identity: Identity['choice']}> {
    await this.parse(Status)
    const {choice, provider, request} = this.identity()
    const found = await (await provider()).describe(request)
    this.show(statusLines(found, request.bin, Date.now()), [
      found.signedIn ? (found.account ?? found.source) : undefined,
    ])
    // Not an error: the answer to the question is no. The data is printed all the same.
    if (!found.signedIn) process.exitCode = EXIT.signInNeeded
    return {...found, identity: choice}
  }
}
