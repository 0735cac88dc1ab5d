import {outputMode, type OutputMode, sessionOf} from '@superset/identity'
import {apiKeyFlag, AuthCommand} from '../../command.ts'
import type {BareToken} from '../../shapes.ts'

export default class Token extends AuthCommand {
  static override output = async () => (await import('../../shapes.ts')).TokenShape
  static override summary = 'Print the access token, refreshed when it is due.'
  static override description = `For other programs that speak to the API. Whoever has the token is you until it expires: do not put it into files, logs or arguments.`
  static override examples = [
    {
      description: 'Call the API with curl, the token outside of its arguments',
      command: `<%= config.bin %> <%= command.id %> | sed 's/^/header = "authorization: Bearer /; s/$/"/' | curl --config - https://api.example.com/`,
    },
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = {'api-key': apiKeyFlag}

  /** Whoever writes `$(superset auth token)` wants the token, under an agent and in CI, too. */
  protected override mode(): OutputMode {
    return outputMode(this.argv, false)
  }

  async run(): Promise<BareToken> {
    await this.parse(Token)
    const session = await sessionOf(this.config)
    const token = await session.token()
    if (process.stdout.isTTY) this.tell('Warning: this is a secret, and it is on your screen now.')
    this.show([token], [token])
    return {token, expiresAt: session.expiresAt ?? null, scheme: session.scheme}
  }
}
