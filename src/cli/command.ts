import {Command, type Interfaces} from '@oclif/core'
import {
  identityOf,
  jsonText,
  type Need,
  outputMode,
  type OutputMode,
  printable,
  type Session,
  sessionOf,
  writeText,
} from '@superset/identity'
import {styleText} from 'node:util'
import {agentMode} from '../env.ts'
import type {Question} from './confirm.ts'
import {organizationFlags, shieldValues, unshieldAll} from './flags.ts'
import {idsOf} from '../output/ids.ts'
import type {Api} from '../service/client.ts'

/** What a command shows of its result, by output mode. `--json` prints what `run` returns. */
export interface ResultView {
  human(): Promise<string> | string
  /** For `--quiet`: one line each. */
  ids(): readonly string[]
}

/** A command of the service: it needs a session, speaks to a person or a script, and leaves its errors to `main`. */
export abstract class SupersetCommand extends Command {
  static override baseFlags: Interfaces.FlagInput = organizationFlags
  static override enableJsonFlag = true
  /** Read from the manifest by the init hook, before this class is loaded. */
  static identity: Need = 'required'

  override jsonEnabled(): boolean {
    return this.mode() === 'json'
  }

  override logJson(json: unknown): void {
    writeText(process.stdout, jsonText(json))
  }

  protected override async init(): Promise<void> {
    await super.init()
    // Fail closed, twice: oclif runs a command also when its init hooks could not be loaded.
    const {identity} = this.constructor as typeof SupersetCommand
    if (identity === 'required') await sessionOf(this.config)
  }

  /** `main` shows errors and chooses the exit code, for all commands alike. */
  protected override async catch(error: Error): Promise<never> {
    throw error
  }

  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv: string[] = this.argv): Promise<Interfaces.ParserOutput<F, B, A>> {
    const {baseFlags, flags} = this.constructor as typeof SupersetCommand
    const parsed = await super.parse(options, shieldValues(argv, {...baseFlags, ...flags}))
    unshieldAll(parsed.flags)
    return parsed
  }

  protected session(): Promise<Session> {
    return sessionOf(this.config)
  }

  /** The service's API, for the organization that flag, variable or sign-in chose. */
  protected async api(): Promise<Api> {
    const {actingOrganization} = await import('../service/organizations.ts')
    const organizationId = await actingOrganization(await this.session(), () => this.plainApi())
    return this.connect({organizationId})
  }

  /** The service's API without an organization: a stale choice must not lock anybody out. */
  protected plainApi(): Promise<Api> {
    return this.connect({})
  }

  protected async show(shown: ResultView): Promise<void> {
    const mode = this.mode()
    if (mode === 'json') return
    const text = mode === 'quiet' ? shown.ids().map(printable).join('\n') : await shown.human()
    if (text !== '') writeText(process.stdout, text)
  }

  /** Rows for a person, ids for `--quiet`. */
  protected showRows(
    rows: readonly object[],
    columns: readonly string[],
    ids: () => readonly string[] = () => idsOf(rows),
  ): Promise<void> {
    return this.show({
      async human() {
        const {table} = await import('../output/table.ts')
        return table(rows, columns, {
          width: process.stdout.isTTY ? process.stdout.columns : undefined,
          heading: (text) => styleText('bold', text, {stream: process.stdout}),
        })
      },
      ids,
    })
  }

  /** What one object has, for a person; its id for `--quiet`. */
  protected showRow(row: object): Promise<void> {
    return this.show({
      async human() {
        const {fields} = await import('../output/table.ts')
        return fields(
          Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined)),
        )
      },
      ids: () => idsOf([row]),
    })
  }

  /** What was done, for a person; the ids of what it was done to, for `--quiet`. */
  protected showDone(sentence: string, rows: readonly object[]): Promise<void> {
    return this.show({human: () => printable(sentence), ids: () => idsOf(rows)})
  }

  /** A line for the person, kept out of what scripts read. */
  protected tell(line: string): void {
    if (this.mode() === 'human') writeText(process.stderr, printable(line))
  }

  /**
   * Asks on a terminal; elsewhere only `--yes` is an answer.
   * @throws Problem CONFIRMATION_NEEDED (2), NOT_CONFIRMED (1)
   */
  protected async confirm(question: Question, yes: boolean): Promise<void> {
    if (yes) return
    const {confirm} = await import('./confirm.ts')
    await confirm(question, identityOf(this.config).request.interactive)
  }

  private async connect(options: {readonly organizationId?: string | undefined}): Promise<Api> {
    const {connect} = await import('../service/client.ts')
    return connect({...options, session: await this.session(), version: this.config.version})
  }

  protected mode(): OutputMode {
    return outputMode(this.argv, agentMode())
  }
}
