import {identityOf, type LogoutResult} from '@superset/identity'
import {AcmeCommand} from '../../command.ts'
import {AcmeProvider} from '../../provider.ts'

export default class Logout extends AcmeCommand {
  static override summary = 'Sign out: forget this machine, here and at the gateway.'

  async run(): Promise<LogoutResult> {
    await this.parse(Logout)
    const result = await new AcmeProvider().logout(identityOf(this.config).request)
    const {account, reason, signedOut} = result
    this.log(signedOut ? `Signed out ${account}.` : 'Nobody was signed in; nothing was changed.')
    if (reason !== undefined) this.logToStderr(reason)
    return result
  }
}
