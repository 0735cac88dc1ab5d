import {Flags} from '@oclif/core'
import {type Need, sessionOf} from '@superset/identity'
import {HelloCommand} from '../../command.ts'
import {query} from '../../service.ts'

interface Greeting {
  readonly name: string
  readonly organization: string | null
  readonly apiUrl: string
}

export default class HelloMe extends HelloCommand {
  static override summary = 'Greet whoever is signed in.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = {
    // Of this group the CLI takes the value, for the session. `--profile` it takes by itself.
    organization: Flags.string({summary: 'Act on this organization.', helpGroup: 'GLOBAL', helpValue: '<id>'}),
  }
  static override identity: Need = 'required'

  async run(): Promise<Greeting> {
    await this.parse(HelloMe)
    const session = await sessionOf(this.config)
    const {name} = await query<{name: string}>(session, 'user.me')
    const organization = await query<{name: string} | null>(session, 'user.myOrganization')
    this.log(`Hello, ${name}${organization ? ` of ${organization.name}` : ''}!`)
    return {name, organization: organization?.name ?? null, apiUrl: session.apiUrl}
  }
}
