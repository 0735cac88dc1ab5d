import {Args, Flags} from '@oclif/core'
import {identityOf, type Need} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {profileFlags} from '../../cli/flags.ts'
import {configuration, profileOfTerminal} from '../../cli/home.ts'
import {usableProfile} from '../../identity/request.ts'
import {type ProfileSwitch, SwitchShape} from '../../own-shapes.ts'
import {askForProfile, checkKnown} from '../../cli/known-profile.ts'

export default class AuthSwitch extends SupersetCommand {
  static override output = () => SwitchShape
  static override summary = 'Choose the profile that later commands use, in every terminal.'
  static override description = `For one terminal alone set SUPERSET_PROFILE, for one command give --profile: both win over this choice.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> work',
    {description: 'Begin a profile', command: '<%= config.bin %> <%= command.id %> client-a --create'},
  ]
  static override baseFlags = profileFlags
  static override flags = {create: Flags.boolean({summary: 'Begin a profile of that name if there is none.'})}
  static override args = {profile: Args.string({description: 'Name of the profile.', ignoreStdin: true})}
  static override identity: Need = 'none'

  async run(): Promise<ProfileSwitch> {
    const {args, flags} = await this.parse(AuthSwitch)
    const identity = identityOf(this.config)
    const named = args.profile ?? flags['profile']
    const profile = named === undefined ? await askForProfile(identity) : usableProfile(named)
    const saved = configuration()
    if (flags.create) saved.saveProfile(profile, {})
    else await checkKnown(identity, profile, [`Or run \`superset auth switch ${profile} --create\`.`])
    // What nobody chose is not written down: a file with less in it has less that can be wrong.
    saved.saveGlobal({profile: profile === 'default' ? undefined : profile})
    await this.show({human: () => `Switched to profile ${profile}.`, ids: () => [profile]})
    const wins = profileOfTerminal()
    if (wins !== undefined && wins !== profile)
      this.tell(`SUPERSET_PROFILE is set to ${wins} and still wins in this terminal.`)
    return {profile, inUse: wins ?? profile}
  }
}
