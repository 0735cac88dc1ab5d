import {identityOf, type Need, type Source, variableOf} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {listFlags, profileFlags} from '../../cli/flags.ts'
import {listProfiles, whyNoneIsCurrent, winsOverAll} from '../../identity/list.ts'
import {PROFILES} from '../../output/views.ts'
import {ProfilesShape} from '../../own-shapes.ts'

const REASONS: Readonly<Partial<Record<Source, string>>> = {
  flag: 'named by --profile',
  config: 'chosen with `superset auth switch`',
  default: 'no other was chosen',
}

export default class AuthList extends SupersetCommand {
  static override output = () => ProfilesShape
  static override summary = 'List profiles: who is signed in where.'
  static override description = `Each profile has an account, an issuer and an API of its own; \`*\` marks the current one. Works offline and asks no keychain.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override baseFlags = profileFlags
  static override flags = listFlags
  static override identity: Need = 'none'

  async run(): Promise<unknown> {
    const {flags} = await this.parse(AuthList)
    const identity = identityOf(this.config)
    const profiles = await listProfiles(identity)
    const shown = await this.showList(profiles, PROFILES, flags)
    for (const {problem, profile} of profiles) {
      if (problem) this.tell([`${profile}: ${problem.message}`, ...problem.suggestions].join(' '))
    }

    const unknown = whyNoneIsCurrent(identity)
    if (unknown) this.tell(unknown.message)
    else this.tell(`Current profile: ${identity.profile.value} (${reason(identity.profile.source)}).`)
    const wins = winsOverAll(identity)
    if (wins) this.tell(`${variableOf(wins) ?? wins} is set and wins over every profile's own credential.`)
    if (unknown) process.exitCode = unknown.exit
    return shown
  }
}

function reason(source: Source): string {
  return REASONS[source] ?? `from ${variableOf(source) ?? source}`
}
