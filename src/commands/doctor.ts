import {type Check, identityOf, isProblem, type Need} from '@superset/identity'
import {SupersetCommand} from '../command.ts'
import {accountFlags} from '../flags.ts'
import {examineIdentity} from '../identity/examine.ts'
import {checksText} from '../output/checks.ts'
import {checkNetwork, failedCheck} from '../service/reachability.ts'

export default class Doctor extends SupersetCommand {
  static override summary = 'Check what the CLI depends on, and say what to do.'
  static override description =
    'Configuration, identity plugin, credential storage, session, network. Exits 0 only if nothing fails.'
  static override baseFlags = accountFlags
  static override identity: Need = 'none'

  async run(): Promise<{ok: boolean; checks: readonly Check[]}> {
    await this.parse(Doctor)
    const checks = await this.examine()
    const ok = checks.every(({outcome}) => outcome !== 'fail')
    await this.show({
      human: () => checksText(checks, process.stdout),
      ids: () => checks.filter(({outcome}) => outcome === 'fail').map(({name}) => name),
    })
    if (!ok) process.exitCode = 1
    return {ok, checks}
  }

  private async examine(): Promise<Check[]> {
    const identity = identityOf(this.config)
    try {
      const {apiUrl} = identity.request
      const [ours, theirs] = await Promise.all([examineIdentity(identity), checkNetwork(apiUrl.value)])
      return [{name: 'configuration', outcome: 'pass', message: 'The environment is in order.'}, ...ours, ...theirs]
    } catch (error) {
      if (isProblem(error)) return [failedCheck(error, 'configuration')]
      throw error
    }
  }
}
