import {Flags} from '@oclif/core'
import {EXIT, identityOf, isProblem, type Need, printable} from '@superset/identity'
import {SupersetCommand} from '../cli/command.ts'
import {accountFlags} from '../cli/flags.ts'
import {examine} from '../diagnosis/examine.ts'
import {checksText} from '../output/checks.ts'
import {type DoctorReport, DoctorShape} from '../own-shapes.ts'
import {policyProblem} from '../policy/current.ts'

export default class Doctor extends SupersetCommand {
  static override output = () => DoctorShape
  static override summary = 'Check what the CLI depends on, and say what to do.'
  static override description =
    'What is wrong comes first, and a cause before what it causes: policy, configuration, plugins, identity plugin, storage, keychain, proxy, certificates, name, network, clock, issuer, session, and whether the API takes it; then what signing in needs, and updates. It works signed out, offline, and with broken settings. Exits 0 only if nothing fails; a warning is no failure.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'Mend file modes, damaged locks and the like first',
      command: '<%= config.bin %> <%= command.id %> --fix',
    },
    {
      description: 'For a ticket: without secrets, names and paths of your home',
      command: '<%= config.bin %> <%= command.id %> --report superset-report.txt',
    },
  ]
  static override baseFlags = {
    ...accountFlags,
    quiet: Flags.boolean({
      char: 'q',
      summary: 'Print the names of what failed only, one per line.',
      helpGroup: 'GLOBAL',
    }),
  }
  static override flags = {
    fix: Flags.boolean({summary: 'First mend what can be mended safely, such as file modes.'}),
    report: Flags.string({summary: 'Write it to this file, too, for a ticket.', helpValue: '<file>'}),
  }
  static override identity: Need = 'none'

  async run(): Promise<DoctorReport> {
    const {flags} = await this.parse(Doctor)
    const mended = flags.fix && !policyProblem() ? await this.mend() : []
    const checks = await examine(this.config, () => identityOf(this.config))
    const report = flags.report === undefined ? undefined : await this.report(flags.report, checks)
    const ok = checks.every(({outcome}) => outcome !== 'fail')
    await this.show({
      human: () => [...mended.map((what) => printable(what)), checksText(checks, process.stdout)].join('\n'),
      ids: () => checks.filter(({outcome}) => outcome === 'fail').map(({name}) => name),
    })
    if (report !== undefined)
      this.tell(`Written to ${report}, without secrets, names and paths of your home. Read it before you send it.`)
    if (!ok) process.exitCode = EXIT.failed
    return {ok, checks, ...(flags.fix && {mended}), ...(report !== undefined && {report})}
  }

  private async report(file: string, checks: DoctorReport['checks']): Promise<string> {
    const {reportText, reportContext, writeReport} = await import('../diagnosis/report.ts')
    return writeReport(file, reportText(checks, reportContext(this.config.userAgent)))
  }

  private async mend(): Promise<readonly string[]> {
    try {
      const identity = identityOf(this.config)
      const provider = await identity.provider()
      return (await provider.repair?.(identity.request)) ?? []
    } catch (error) {
      // Without its configuration the provider is not known; the examination says what is wrong with it.
      if (isProblem(error) && error.exit === EXIT.configuration) return []
      throw error
    }
  }
}
