import {Flags} from '@oclif/core'
import {outputMode, type OutputMode, sessionOf} from '@superset/identity'
import {apiKeyFlag, AuthCommand} from '../../command.ts'
import {execInfo} from '../../env.ts'
import type {BareToken, ExecCredential} from '../../shapes.ts'

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
    {
      description: 'Let kubectl use the session',
      command:
        'kubectl config set-credentials superset --exec-api-version client.authentication.k8s.io/v1 --exec-command <%= config.bin %> --exec-arg auth --exec-arg token --exec-arg --exec-credential',
    },
  ]
  static override flags = {
    'api-key': apiKeyFlag,
    'exec-credential': Flags.boolean({
      summary: 'Print it as a credential plugin of Kubernetes does: an ExecCredential, with the time when it expires.',
    }),
  }

  /** Whoever writes `$(superset auth token)` wants the token, under an agent and in CI, too. */
  protected override mode(): OutputMode {
    return outputMode(this.argv, false)
  }

  async run(): Promise<BareToken | ExecCredential> {
    const {flags} = await this.parse(Token)
    const session = await sessionOf(this.config)
    const token = await session.token()
    if (process.stdout.isTTY) this.tell('Warning: this is a secret, and it is on your screen now.')
    if (flags['exec-credential']) {
      const credential = execCredential(token, session.expiresAt)
      const text = JSON.stringify(credential)
      this.show([text], [text])
      return credential
    }

    this.show([token], [token])
    return {token, expiresAt: session.expiresAt ?? null, scheme: session.scheme}
  }
}

/** Of the version that is asked for, as client-go's authenticator compares it; v1 unless it says otherwise. */
function execCredential(token: string, expiresAt: Date | undefined): ExecCredential {
  const version = /"client\.authentication\.k8s\.io\/v1beta1"/.test(execInfo() ?? '') ? 'v1beta1' : 'v1'
  return {
    apiVersion: `client.authentication.k8s.io/${version}`,
    kind: 'ExecCredential',
    status: {token, ...(expiresAt && {expirationTimestamp: expiresAt.toISOString().replace(/\.\d+Z$/, 'Z')})},
  }
}
