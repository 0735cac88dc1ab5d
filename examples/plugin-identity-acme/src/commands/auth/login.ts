import {Flags} from '@oclif/core'
import {identityOf, type LoginResult} from '@superset/identity'
import {AcmeCommand} from '../../command.ts'
import {GATEWAY} from '../../gateway.ts'
import {readCode} from '../../read-code.ts'
import {signIn} from '../../sign-in.ts'

export default class Login extends AcmeCommand {
  static override summary = 'Sign in with a one-time code from Acme.'
  static override description = `${GATEWAY} shows it to whoever is signed in there. It is asked for, or read from standard input; never an argument, which other users of this machine could see.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> < code.txt']
  static override flags = {
    gateway: Flags.string({summary: 'Sign in at this gateway.', default: GATEWAY, helpValue: '<origin>'}),
    replace: Flags.boolean({summary: 'Let another account take the place of the one that is signed in.'}),
  }

  async run(): Promise<LoginResult> {
    const {flags} = await this.parse(Login)
    const {request} = identityOf(this.config)
    const result = await signIn(request, {...flags, readCode: () => readCode(request.interactive)})
    this.log(`Signed in at Acme as ${result.account}.`)
    return result
  }
}
