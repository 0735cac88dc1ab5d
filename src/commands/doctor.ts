import {Flags} from '@oclif/core'
import {type Check, EXIT, identityOf, isProblem, type Need, printable} from '@superset/identity'
import {SupersetCommand} from '../cli/command.ts'
import {accountFlags} from '../cli/flags.ts'
import {configuration} from '../cli/home.ts'
import {examineIdentity} from '../identity/examine.ts'
import {examinePlugins} from '../plugin-host/examine-plugins.ts'
import {currentRun} from '../cli/current-run.ts'
import {checksText} from '../output/checks.ts'
import {currentPolicy, policyProblem} from '../policy/current.ts'
import {examinePolicy} from '../policy/examine.ts'
import {checkNetwork, failedCheck} from '../service/reachability.ts'
import {examineUpdates} from '../update/examine-updates.ts'
import {type DoctorReport, DoctorShape} from '../own-shapes.ts'

export default class Doctor extends SupersetCommand {
  static override output = () => DoctorShape
  static override summary = 'Check what the CLI depends on, and say what to do.'
  static override description =
    'Configuration, installed plugins, identity plugin, credential storage, session, network. Exits 0 only if nothing fails.'
  static override baseFlags = {
    ...accountFlags,
    quiet: Flags.boolean({
      char: 'q',
      summary: 'Print the names of what failed only, one per line.',
      helpGroup: 'GLOBAL',
    }),
  }
  static override flags = {fix: Flags.boolean({summary: 'First mend what can be mended safely, such as file modes.'})}
  static override identity: Need = 'none'

  async run(): Promise<DoctorReport> {
    const {flags} = await this.parse(Doctor)
    const mended = flags.fix && !policyProblem() ? await this.mend() : []
    const checks = await this.examine()
    const ok = checks.every(({outcome}) => outcome !== 'fail')
    await this.show({
      human: () => [...mended.map((what) => printable(what)), checksText(checks, process.stdout)].join('\n'),
      ids: () => checks.filter(({outcome}) => outcome === 'fail').map(({name}) => name),
    })
    if (!ok) process.exitCode = 1
    return {ok, checks, ...(flags.fix && {mended})}
  }

  private async mend(): Promise<readonly string[]> {
    const identity = identityOf(this.config)
    try {
      const provider = await identity.provider()
      return (await provider.repair?.(identity.request)) ?? []
    } catch (error) {
      // Without its configuration the provider is not known; the examination says what is wrong with it.
      if (isProblem(error) && error.exit === EXIT.configuration) return []
      throw error
    }
  }

  private async examine(): Promise<readonly Check[]> {
    // Nothing else works without the policy, so nothing else is worth looking at.
    const problem = policyProblem()
    if (problem) return [failedCheck(problem, 'policy')]
    const {root, version} = this.config
    const updates = await examineUpdates(root, version)
    return [...examinePolicy(currentPolicy(), currentRun.leftOut), ...updates, ...(await this.examineRest())]
  }

  private async examineRest(): Promise<Check[]> {
    const identity = identityOf(this.config)
    const wrong: Check[] = []
    const plugins = examinePlugins(this.config, currentRun.leftOut, currentRun.broken)
    try {
      wrong.push(
        ...configuration()
          .faults()
          .map((fault) => failedCheck(fault, 'configuration')),
      )
      const {choice, request} = identity
      const version = this.config.plugins.get(choice.plugin)?.version
      const [ours, theirs] = await Promise.all([examineIdentity(identity, version), checkNetwork(request.apiUrl.value)])
      return [...(wrong.length > 0 ? wrong : [inOrder()]), ...plugins, ...ours, ...theirs]
    } catch (error) {
      if (!isProblem(error)) throw error
      const isKnown = wrong.some(({message}) => message === error.message)
      return [...wrong, ...(isKnown ? [] : [failedCheck(error, 'configuration')]), ...plugins]
    }
  }
}

function inOrder(): Check {
  return {name: 'configuration', outcome: 'pass', message: 'Environment variables and settings files are valid.'}
}
