import type {IdentityDescription, LogoutResult} from '@superset/identity'
import {AuthCommand} from '../../command.ts'
import {sourceName} from '../../source-name.ts'

export default class Logout extends AuthCommand {
  static override summary = 'Sign out: forget the stored credential, and end the session at the server.'
  static override description = `The credential is forgotten here first and in any case. At the server, the session is ended only where that cannot sign out your other machines; otherwise this says until when it may live on.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --profile work',
  ]

  async run(): Promise<LogoutResult> {
    await this.parse(Logout)
    const {request} = this.identity()
    const provider = await this.providerThatCan('logout')
    const before = await provider.describe(request)
    const result = await provider.logout(request)
    this.show(linesOf(result, before))
    const after = await provider.describe(request)
    if (after.signedIn && after.source) this.tell(`${sourceName(after.source)} is still set, and is used from now on.`)
    return result
  }
}

function linesOf(result: LogoutResult, {issuer = 'the server'}: IdentityDescription): readonly string[] {
  const {account, mayLiveUntil, reason, revocation, signedOut} = result
  if (!signedOut) return ['Nobody was signed in; nothing was changed.']
  const who = account === undefined ? '' : ` ${account}`
  if (revocation === 'none') return [`Signed out${who}.`]
  if (revocation === 'revoked') return [`Signed out${who}; the session was ended at ${issuer}.`]
  const until = mayLiveUntil ? ` until ${mayLiveUntil.toISOString()}` : ''
  return [`Signed out${who} here. The session may live on at ${issuer}${until}.`, ...(reason ? [reason] : [])]
}
