import {Help} from '@oclif/core'
import {EXIT_MEANINGS, writeText} from '@superset/identity'
import type {ManualPage, ManualSection} from '../manual/page.ts'
import {MANUAL_PAGES} from '../manual/pages.ts'
import {CommandUsage} from './command-usage.ts'

/** In columns; beside longer ones the meaning would have no room. */
const WIDEST_TERM = 30
/** How oclif says that there is no such command. */
const NOT_FOUND = /^Command (.+) not found\.$/s

/** oclif's help, and below the root's what scripts need to know. */
export default class SupersetHelp extends Help {
  protected override CommandHelpClass = CommandUsage

  override formatRoot(): string {
    return [super.formatRoot(), this.globalOptions(), this.exitCodes(), this.manualPages()].join('\n\n')
  }

  /** `superset help <page>` is no command's help, nor a topic's. What is not there is told as any other mistyped line. */
  override async showHelp(argv: string[]): Promise<void> {
    const words = argv.filter((word) => !word.startsWith('-'))
    const page = words.length === 1 ? MANUAL_PAGES.find(({name}) => name === words[0]) : undefined
    if (page) return writeText(process.stdout, this.manualPage(page))
    try {
      await super.showHelp(argv)
    } catch (error) {
      const [, id] = (error instanceof Error && NOT_FOUND.exec(error.message)) || []
      if (id === undefined) throw error
      const {unknownCommand} = await import('./unknown-command.ts')
      throw unknownCommand(
        id,
        this.config,
        MANUAL_PAGES.map(({name}) => name),
      )
    }
  }

  /** Names and descriptions are what plugins say of themselves. */
  protected override log(...texts: string[]): void {
    writeText(process.stdout, texts.join(' '))
  }

  private globalOptions(): string {
    const rows: [string, string][] = [
      [
        '--profile=<name>',
        'Use this profile, with any command, before or after its name. Wins over SUPERSET_PROFILE and `auth switch`.',
      ],
      ['--verbose', 'Tell each request on stderr, without secrets; as SUPERSET_DEBUG=1 does.'],
      ['--json', 'Print the result as JSON, on stdout alone; an error, too.'],
      ['-q, --quiet', 'Print what names the result only (ids, names), one per line.'],
      [
        '--organization=<name>',
        'Act on this organization, by id, slug or name. Wins over SUPERSET_ORGANIZATION_ID and `organization switch`.',
      ],
      [
        '--api-key=<key>',
        'Use this API key for this run, and no session. Other users of this machine can see it; SUPERSET_API_KEY is safer.',
      ],
    ]
    return this.section('GLOBAL OPTIONS', this.list(rows))
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
