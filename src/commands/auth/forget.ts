import {Args, Flags} from '@oclif/core'
import {identityOf, type LogoutResult, type Need} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {profileFlags} from '../../cli/flags.ts'
import {configuration} from '../../cli/home.ts'
import {usableProfile} from '../../identity/request.ts'
import {type ForgottenProfile, ForgetShape} from '../../own-shapes.ts'
import {checkKnown} from '../../cli/known-profile.ts'

export default class AuthForget extends SupersetCommand {
  static override output = () => ForgetShape
  static override summary = 'Remove a profile: sign out, and forget its settings.'
  static override description = `\`superset auth logout\` keeps the settings (issuer, API, organization), so that signing in again is one command.`
  static override examples = ['<%= config.bin %> <%= command.id %> client-a --yes']
  static override baseFlags = profileFlags
  static override flags = {yes: Flags.boolean({char: 'y', summary: 'Do not ask.'})}
  static override args = {
    profile: Args.string({description: 'Name of the profile.', required: true, ignoreStdin: true}),
  }
  static override identity: Need = 'none'

  async run(): Promise<ForgottenProfile> {
    const {args, flags} = await this.parse(AuthForget)
    const identity = identityOf(this.config)
    const profile = usableProfile(args.profile)
    await checkKnown(identity, profile, ['Run `superset auth list`.'])
    await this.confirm(`Sign out of profile ${profile} and remove its settings?`, flags.yes)
    const forgotten = identity.at(profile)
    const provider = await forgotten.provider()
    const result = await provider.logout?.(forgotten.request, {forget: true})
    const saved = configuration()
    saved.forgetProfile(profile)
    if (saved.global().profile === profile) saved.saveGlobal({profile: undefined})
    await this.show({human: () => sentence(profile, result), ids: () => [profile]})
    return {...result, profile}
  }
}

function sentence(profile: string, result: LogoutResult | undefined): string {
  const until = result?.mayLiveUntil
    ? ` Its session may live on at the server until ${result.mayLiveUntil.toISOString()}.`
    : ''
  return `Forgot profile ${profile}.${until}`
}
