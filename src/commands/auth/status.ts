import {EXIT, identityOf, type Need, printable} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {organizationFlags} from '../../cli/flags.ts'
import {describeIdentity} from '../../identity/describe.ts'
import {statusLines} from '../../output/status.ts'
import {type AuthStatus as Status, StatusShape} from '../../own-shapes.ts'

export default class AuthStatus extends SupersetCommand {
  static override output = () => StatusShape
  static override summary = 'Show who is signed in, with what, and until when.'
  static override description = `Works offline, asks no keychain, and says who chose the identity plugin, also where that plugin is missing or broken. Exits with 0 when the credential can be used, with 4 when it cannot, and with 78 when the plugin does not answer.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override baseFlags = organizationFlags
  static override identity: Need = 'none'

  async run(): Promise<Status> {
    await this.parse(AuthStatus)
    const {failure, status} = await describeIdentity(identityOf(this.config))
    const options = {bin: this.config.bin, now: Date.now(), answered: failure === undefined}
    await this.show({
      human: () => statusLines(status, options).map(printable).join('\n'),
      ids: () => (status.signedIn ? [status.account ?? status.source ?? status.profile] : []),
    })
    // Not an error: the answer to the question is no. The data is printed all the same.
    if (!status.signedIn) process.exitCode = failure?.exit ?? EXIT.signInNeeded
    return status
  }
}
