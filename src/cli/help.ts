import {Help} from '@oclif/core'
import {EXIT_MEANINGS, writeText} from '@superset/identity'

/** oclif's help, and below the root's what scripts need to know. */
export default class SupersetHelp extends Help {
  override formatRoot(): string {
    return [super.formatRoot(), this.globalOptions(), this.exitCodes()].join('\n\n')
  }

  /** Names and descriptions are what plugins say of themselves. */
  protected override log(...texts: string[]): void {
    writeText(process.stdout, texts.join(' '))
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
