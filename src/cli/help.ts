import {Help} from '@oclif/core'
import {EXIT_MEANINGS, writeText} from '@superset/identity'
import type {ManualPage, ManualSection} from '../manual/page.ts'
import {MANUAL_PAGES} from '../manual/pages.ts'

/** In columns; beside longer ones the meaning would have no room. */
const WIDEST_TERM = 30

/** oclif's help, and below the root's what scripts need to know. */
export default class SupersetHelp extends Help {
  override formatRoot(): string {
    return [super.formatRoot(), this.globalOptions(), this.exitCodes(), this.manualPages()].join('\n\n')
  }

  /** `superset help <page>` is no command's help, nor a topic's. */
  override async showHelp(argv: string[]): Promise<void> {
    const words = argv.filter((word) => !word.startsWith('-'))
    const page = words.length === 1 ? MANUAL_PAGES.find(({name}) => name === words[0]) : undefined
    if (page) writeText(process.stdout, this.manualPage(page))
    else await super.showHelp(argv)
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
    return this.section('GLOBAL OPTIONS', this.list([row]))
  }

  private exitCodes(): string {
    const rows = Object.entries(EXIT_MEANINGS).map(([code, meaning]): [string, string] => [code, meaning])
    return this.section('EXIT CODES', this.list(rows))
  }

  private manualPages(): string {
    const {bin} = this.config
    const rows = MANUAL_PAGES.map(({name, summary}): [string, string] => [`${bin} help ${name}`, summary])
    return this.section('MORE HELP', this.list(rows))
  }

  private manualPage({sections, summary, title}: ManualPage): string {
    return [`${title}: ${summary}.`, ...sections.map((one) => this.manualSection(one))].join('\n\n')
  }

  private manualSection({example = [], heading, rows = [], text = []}: ManualSection): string {
    const isWide = rows.some(([term]) => term.length > WIDEST_TERM)
    const parts = [
      ...text.map((one) => this.wrap(one)),
      ...(rows.length === 0 ? [] : [isWide ? rows.map((row) => this.below(row)).join('\n') : this.list(rows)]),
      ...(example.length === 0 ? [] : [example.map((line) => `$ ${line}`).join('\n')]),
    ]
    return this.section(heading.toUpperCase(), parts.join('\n\n'))
  }

  /** What a term means, on lines of its own. */
  private below([term, meaning]: readonly [string, string]): string {
    return `${this.wrap(term)}\n${this.indent(this.wrap(meaning, 6), 4)}`
  }

  private list(rows: ReadonlyArray<readonly [string, string]>): string {
    const list = rows.map(([term, meaning]): [string, string] => [term, meaning])
    return this.renderList(list, {indentation: 2, stripAnsi: this.opts.stripAnsi ?? false})
  }
}
