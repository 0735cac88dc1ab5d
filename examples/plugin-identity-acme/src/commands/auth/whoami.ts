import {EXIT, type Need, Problem, sessionOf} from '@superset/identity'
import {AcmeCommand} from '../../command.ts'

interface WhoAmI {
  readonly account: string | undefined
  readonly email: string
  readonly name: string
}

export default class Whoami extends AcmeCommand {
  static override summary = 'Ask the service who you are.'
  static override identity: Need = 'required'

  async run(): Promise<WhoAmI> {
    await this.parse(Whoami)
    const session = await sessionOf(this.config)
    const response = await session.fetch('/api/trpc/user.me')
    if (!response.ok)
      throw new Problem({
        code: 'SERVICE_REFUSED',
        message: `${session.apiUrl} does not say who you are (${response.status}).`,
        exit: EXIT.failed,
      })
    const {result} = (await response.json()) as {result: {data: {json: {email: string; name: string}}}}
    const {email, name} = result.data.json
    this.log(`${name} (${email}), at ${session.apiUrl} by way of ${session.issuer}`)
    return {account: session.account, email, name}
  }
}
