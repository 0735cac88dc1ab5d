import {Command, type Config, type Interfaces} from '@oclif/core'
import {
  EXIT,
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
import type {GenericSchema} from 'valibot'
import {agentMode} from '../env.ts'
import type {Question} from './confirm.ts'
import {checkFields, type ListFlagValues, organizationFlags, shieldValues, unshieldAll} from './flags.ts'
import {idOf} from '../output/ids.ts'
import type {TableOptions} from '../output/table.ts'
import type {ListFormat, Pages} from '../output/list.ts'
import type {ListView} from '../output/view.ts'
import type {Api} from '../service/client.ts'
import {USUAL_PAGE} from '../service/pages.ts'
import type {Deleted} from '../service/delete-each.ts'

/** What a command shows of its result, by output mode. `--json` prints what `run` returns. */
export interface ResultView {
  human(): Promise<string> | string
  /** For `--quiet`: one line each. */
  ids(): readonly string[]
}

/** What a command line holds, parsed. */
export interface ParsedLine<Form extends {readonly args: Interfaces.ArgInput; readonly flags: Interfaces.FlagInput}> {
  readonly args: Interfaces.InferredArgs<Form['args']>
  readonly flags: Interfaces.InferredFlags<Form['flags']>
}

/** JSON that is bytes already: a long list is never in memory as objects, and hardly as text. */
class JsonDocument {
  readonly #parts: Buffer[] = []

  add(text: string): void {
    writeText({write: (shown) => this.#parts.push(Buffer.from(shown))}, text)
  }

  /** What it holds went through `writeText`. */
  writeTo(stream: Pick<NodeJS.WritableStream, 'write'>): void {
    for (const part of this.#parts) stream.write(part)
  }
}

/** A command of the service: it needs a session, speaks to a person or a script, and leaves its errors to `main`. */
export abstract class SupersetCommand extends Command {
  static override baseFlags: Interfaces.FlagInput = organizationFlags
  static override enableJsonFlag = true
  /** Read from the manifest by the init hook, before this class is loaded. */
  static identity: Need = 'required'
  /** The shape of what `--json` prints; `superset schema` shows it. */
  static output?: () => GenericSchema

  #api: Promise<Api> | undefined

  /**
   * Whether the line is one that this command takes, before anybody is signed in or asked for anything. On a terminal a
   * person is asked for what is missing, and `argv` gets it. @throws Problem USAGE_INVALID (2)
   */
  static async checkLine(argv: string[], config: Config, isAttended: boolean): Promise<void> {
    const {completeLine} = await import('./complete-line.ts')
    const probe = Reflect.construct(this, [argv, config]) as SupersetCommand
    await completeLine(argv, this, {bin: config.bin, isAttended}, () => probe.parseLine(this as never, argv))
  }

  override jsonEnabled(): boolean {
    return this.mode() === 'json'
  }

  override logJson(json: unknown): void {
    if (!(json instanceof JsonDocument)) writeText(process.stdout, jsonText(json))
    else json.writeTo(process.stdout)
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
    try {
      return await this.parseLine(options, argv)
    } catch (error) {
      const {explainMissing} = await import('./complete-line.ts')
      throw explainMissing(error, this.constructor as typeof SupersetCommand, this.config.bin)
    }
  }

  /**
   * What the parser cannot say of values that belong together: before anybody is signed in.
   * @throws Problem USAGE_INVALID (2)
   */
  protected validate(_line: ParsedLine<typeof SupersetCommand>): void {
    // Nothing, for most.
  }

  protected session(): Promise<Session> {
    return sessionOf(this.config)
  }

  /** The service's API, for the organization that flag, variable or sign-in chose; which one it is, is asked once. */
  protected api(): Promise<Api> {
    return (this.#api ??= this.connectToOrganization())
  }

  private async connectToOrganization(): Promise<Api> {
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
    if (mode === 'human') return this.print(await shown.human())
    const ids = shown.ids().map(printable)
    if (ids.length > 0) writeText(process.stdout, ids.join('\n'))
  }

  /**
   * A list, in the form that flags, output mode and terminal call for.
   * @param rows all of them, or pages as the service gives them
   * @param flags as they were parsed; the filters among them are named where nothing matches
   * @returns what `run` returns
   */
  protected async showList(
    rows: Pages | readonly object[],
    view: ListView,
    flags: ListFlagValues = {},
  ): Promise<unknown> {
    const {emptyText, listText} = await import('../output/list.ts')
    const format = this.formatOf(flags)
    let count = 0
    const counted = async function* () {
      for await (const page of Array.isArray(rows) ? [rows as readonly object[]] : (rows as Pages)) {
        count += page.length
        yield page
      }
    }
    const options = {format, fields: flags.fields, ...this.screen()}
    const json = new JsonDocument()
    for await (const part of listText(counted(), view, options)) {
      if (format === 'json') json.add(part)
      else if (format === 'table') await this.print(part)
      // Whoever read the other end of the pipe has seen enough.
      else if (!(await isWritten(part))) return undefined
    }

    if (format === 'json') return json

    if (count === 0) this.tell(emptyText(view, {...flags}))
    else this.tellOfMore(count, flags)
    return undefined
  }

  /** For a list whose rows for a person are others than those that `run` returns. */
  protected async showRows(rows: readonly object[], view: ListView): Promise<void> {
    if (this.mode() !== 'json') await this.showList(rows, view)
  }

  /** What one object has, for a person; its id for `--quiet`. @returns what `run` returns */
  protected async showRow<Row extends object>(row: Row): Promise<Row> {
    await this.show({
      async human() {
        const {fields} = await import('../output/table.ts')
        return fields(
          Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined)),
        )
      },
      ids: () => [idOf(row)],
    })
    return row
  }

  /** What was done, for a person; the ids of what it was done to, for `--quiet`. @returns the first of `rows` */
  protected async showDone<Row extends object>(sentence: string, rows: readonly Row[]): Promise<Row | undefined> {
    await this.show({human: () => printable(sentence), ids: () => rows.map((row) => idOf(row))})
    return rows[0]
  }

  /** What was deleted and what was not, and why; ends with 1 where something was not. */
  protected async showDeletion<Noun extends string>(noun: Noun, {deleted, failed}: Deleted<Noun>): Promise<void> {
    const count = deleted.length === 1 ? `1 ${noun}` : `${deleted.length} ${noun}s`
    if (deleted.length > 0)
      await this.showDone(
        `Deleted ${count}.`,
        deleted.map((id) => ({id})),
      )
    for (const one of failed) this.tell(`Not deleted: ${one[noun]}: ${one.message}`)
    if (failed.length > 0) process.exitCode = EXIT.failed
  }

  /** A line for the person, kept out of what scripts read. */
  protected tell(line: string): void {
    if (this.mode() === 'human') writeText(process.stderr, printable(line))
  }

  /**
   * Asks on a terminal; elsewhere only `--yes` is an answer, and nothing is looked up for a question that nobody hears.
   * @throws Problem CONFIRMATION_NEEDED (2), NOT_CONFIRMED (1)
   */
  protected async confirm(question: Question, yes: boolean): Promise<void> {
    if (yes) return
    const {confirm} = await import('./confirm.ts')
    await confirm(question, identityOf(this.config).request.interactive)
  }

  protected mode(): OutputMode {
    return outputMode(this.argv, agentMode())
  }

  private async parseLine<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options: Interfaces.Input<F, B, A> | undefined, argv: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const {baseFlags, flags, output} = this.constructor as typeof SupersetCommand
    const parsed = await super.parse(options, shieldValues(argv, {...baseFlags, ...flags}))
    unshieldAll(parsed.flags)
    checkFields(parsed.flags, output)
    this.validate(parsed)
    return parsed
  }

  private async connect(options: {readonly organizationId?: string | undefined}): Promise<Api> {
    const {connect} = await import('../service/client.ts')
    return connect({...options, session: await this.session(), version: this.config.version})
  }

  private formatOf({output}: ListFlagValues): ListFormat {
    const mode = this.mode()
    if (mode === 'json') return 'json'
    if (mode === 'quiet') return 'ids'
    if (output === 'csv' || output === 'table' || output === 'tsv') return output
    return process.stdout.isTTY ? 'table' : 'lines'
  }

  /** How a table fits where it is shown. */
  protected screen(): TableOptions {
    return {
      now: Date.now(),
      width: process.stdout.isTTY ? process.stdout.columns : undefined,
      heading: (text: string) => styleText('bold', text, {stream: process.stdout}),
    }
  }

  /** Text for a person, which a pager shows where it is longer than their screen. */
  private async print(text: string): Promise<void> {
    if (text === '') return
    const {isTTY, rows} = process.stdout
    // A terminal that does not know its size has none.
    if (isTTY && rows > 0 && text.split('\n').length > rows) {
      const {showInPager} = await import('./pager.ts')
      if (await showInPager(text)) return
    }

    writeText(process.stdout, text)
  }

  private tellOfMore(count: number, {all, limit = USUAL_PAGE, offset = 0}: ListFlagValues): void {
    if (all !== false || count < limit) return
    this.tell(`Showing ${count} of more; next: --offset ${offset + count}, or --all for all of them.`)
  }
}

/** Waits until it has left, so that no more is asked for than somebody reads. False where nobody does any more. */
function isWritten(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    writeText(process.stdout, text, (error) => resolve(!error))
  })
}
