import type {Need} from '@superset/identity'
import {HelloCommand} from '../../command.ts'

export default class HelloWorld extends HelloCommand {
  static override summary = 'Greet the world.'
  static override identity: Need = 'none'

  async run(): Promise<{readonly greeting: string}> {
    await this.parse(HelloWorld)
    this.log('Hello, world!')
    return {greeting: 'Hello, world!'}
  }
}
