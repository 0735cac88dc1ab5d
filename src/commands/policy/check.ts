import {Args} from '@oclif/core'
import {EXIT, type Need, printable} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {profileFlags} from '../../cli/flags.ts'
import {readText} from '../../cli/text-input.ts'
import {closest} from '../../closest.ts'
import {type PolicyCheckReport, PolicyCheckShape} from '../../own-shapes.ts'

export default class PolicyCheck extends SupersetCommand {
  static override output = () => PolicyCheckShape
  static override summary = 'Check a policy before it is rolled out.'
  static override description =
    'Says each thing that is wrong with its line, and what the policy would decide where nothing is. Ends with 2 for a file that this version of superset would refuse. Whose the file is, and who can write it, is judged where it lies: `superset doctor` says so there.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> policy.json',
    {description: 'From a pipe', command: 'cat policy.json | <%= config.bin %> <%= command.id %> -'},
  ]
  static override args = {
    file: Args.string({description: 'The policy; - is standard input.', required: true, ignoreStdin: true}),
  }
  static override baseFlags = {quiet: profileFlags.quiet}
  static override identity: Need = 'none'

  async run(): Promise<PolicyCheckReport> {
    const {file} = (await this.parse(PolicyCheck)).args
    const {checkPolicy} = await import('../../policy/check.ts')
    const {decisions, findings} = checkPolicy(readText(file, 'FILE'), file, closest)
    const valid = findings.length === 0
    const places = findings.map(({column, key, line, message}) =>
      [`${file}:${line}:${column}`, ...(key === '' ? [] : [key]), message].join(': '),
    )
    const said = decisions.length === 0 ? ['It decides nothing.'] : decisions
    await this.show({
      human: () => (valid ? [`${file} can be rolled out.`, ...said] : places).map((line) => printable(line)).join('\n'),
      ids: () => places,
    })
    if (!valid) process.exitCode = EXIT.usage
    return {file, valid, findings, decisions}
  }
}
