import {Help} from '@oclif/core'
import {EXIT_MEANINGS} from '@superset/identity'

/** oclif's help, and below the root's what scripts need to know. */
export default class SupersetHelp extends Help {
  override formatRoot(): string {
    return [super.formatRoot(), this.globalOptions(), this.exitCodes()].join('\n\n')
  }

  private globalOptions(): string {
    const row: [string, string] = [
      '--profile=<name>',
      'Use this profile, with any command, before or after its name. Wins over SUPERSET_PROFILE and `auth switch`.',
    ]
    return this.section(
      'GLOBAL OPTIONS',
      this.renderList([row], {indentation: 2, stripAnsi: this.opts.stripAnsi ?? false}),
    )
  }

  private exitCodes(): string {
    const rows = Object.entries(EXIT_MEANINGS).map(([code, meaning]): [string, string] => [code, meaning])
    return this.section('EXIT CODES', this.renderList(rows, {indentation: 2, stripAnsi: this.opts.stripAnsi ?? false}))
  }
}
