import {Help} from '@oclif/core'
import {EXIT_MEANINGS} from '@superset/identity'

/** oclif's help, and below the root's what scripts need to know. */
export default class SupersetHelp extends Help {
  override formatRoot(): string {
    return `${super.formatRoot()}\n\n${this.exitCodes()}`
  }

  private exitCodes(): string {
    const rows = Object.entries(EXIT_MEANINGS).map(([code, meaning]): [string, string] => [code, meaning])
    return this.section('EXIT CODES', this.renderList(rows, {indentation: 2, stripAnsi: this.opts.stripAnsi ?? false}))
  }
}
