import {identityOf, type Need} from '@superset/identity'
import {HelloCommand} from '../../command.ts'

export default class HelloAnybody extends HelloCommand {
  static override summary = 'Greet whoever is there, signed in or not.'
  static override identity: Need = 'optional'

  async run(): Promise<{readonly account: string | null}> {
    await this.parse(HelloAnybody)
    const session = await identityOf(this.config).session()
    this.log(`Hello, ${session?.account ?? 'stranger'}!`)
    return {account: session?.account ?? null}
  }
}
