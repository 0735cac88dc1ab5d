import {Flags} from '@oclif/core'
import {type Session, sessionOf} from '@superset/identity'
import {apiKeyFlag, AuthCommand} from '../../command.ts'
import type {WhoAmI} from '../../shapes.ts'

export default class Whoami extends AuthCommand {
  static override hiddenAliases = ['whoami']
  static override output = async () => (await import('../../shapes.ts')).WhoamiShape
  static override summary = 'Ask the service who you are.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = {
    'api-key': apiKeyFlag,
    organization: Flags.string({
      summary: 'Act on this organization.',
      helpGroup: 'GLOBAL',
      helpValue: '<id|slug|name>',
    }),
  }

  async run(): Promise<WhoAmI> {
    await this.parse(Whoami)
    const session = await sessionOf(this.config)
    const {identify} = await import('../../signin/identify.ts')
    const {organization, person} = await identify(session)
    const found: WhoAmI = {
      userId: person.id,
      email: person.email ?? null,
      name: person.name ?? null,
      organizationId: organization?.id ?? null,
      organizationName: organization?.name ?? null,
      authSource: authSourceOf(session),
    }
    this.show(
      [
        `Signed in as ${[found.name, found.email && `(${found.email})`].filter(Boolean).join(' ') || found.userId}`,
        `Organization: ${found.organizationName ?? found.organizationId ?? 'none'}`,
        `Authentication: ${found.authSource}`,
      ],
      [found.userId],
    )
    return found
  }
}

/** The incumbent's words: a key or token from outside overrides what is stored. */
function authSourceOf({scheme, source}: Session): WhoAmI['authSource'] {
  if (source !== 'stored') return 'override'
  return scheme === 'api-key' ? 'config' : 'oauth'
}
