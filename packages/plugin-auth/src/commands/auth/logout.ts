import {Flags} from '@oclif/core'
import {type Identity, type IdentityDescription, type LogoutResult, variableOf} from '@superset/identity'
import {AuthCommand} from '../../command.ts'
import type {Logout as SignOut} from '../../shapes.ts'

export default class Logout extends AuthCommand {
  static override hiddenAliases = ['logout']
  static override output = async () => (await import('../../shapes.ts')).LogoutShape
  static override summary = 'Sign out: forget the stored credential, and end the session at the server.'
  static override description = `The credential is forgotten here first and in any case. At the server, the session is ended only where that cannot sign out your other machines; otherwise this says until when it may live on. The profile keeps its settings.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --profile work',
    '<%= config.bin %> <%= command.id %> --all',
  ]
  static override flags = {all: Flags.boolean({summary: 'Sign out of every profile.', exclusive: ['profile']})}

  async run(): Promise<SignOut> {
    const {flags} = await this.parse(Logout)
    const identity = this.identity()
    const result = await (flags.all ? this.signOutOfAll(identity) : this.signOut(identity))
    const after = await (await identity.provider()).describe(identity.request)
    if (after.signedIn && after.source)
      this.tell(`${variableOf(after.source) ?? after.source} is still set, and is used from now on.`)
    return result
  }

  private async signOut(identity: Identity, prefix = ''): Promise<LogoutResult> {
    const provider = await this.providerThatCan('logout', identity)
    const before = await provider.describe(identity.request)
    const result = await provider.logout(identity.request)
    this.show(linesOf(result, before).map((line) => prefix + line))
    return result
  }

  /** One that fails does not keep the others signed in; the first failure is reported at the end. */
  private async signOutOfAll(identity: Identity): Promise<readonly LogoutResult[]> {
    const results: LogoutResult[] = []
    const failures: unknown[] = []
    for (const profile of await identity.profiles()) {
      try {
        results.push(await this.signOut(identity.at(profile), `${profile}: `))
      } catch (error) {
        failures.push(error)
      }
    }

    if (failures.length > 0) throw failures[0]
    return results
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
