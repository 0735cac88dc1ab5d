import {Issuer} from './issuer/issuer.ts'
import {ForeignServer} from './issuer/server.ts'
import {Machine} from './machine.ts'
import type {ConformanceSubject} from './subject.ts'
import {Watch} from './watch.ts'

/** All that one scenario plays with; nothing of it is shared with another. */
export class Stage implements AsyncDisposable {
  readonly subject: ConformanceSubject
  readonly issuer: Issuer
  readonly foreign: ForeignServer
  readonly machine: Machine
  readonly watch = new Watch()
  readonly #machines: Machine[]

  private constructor(subject: ConformanceSubject, issuer: Issuer, foreign: ForeignServer, machine: Machine) {
    this.subject = subject
    this.issuer = issuer
    this.foreign = foreign
    this.machine = machine
    this.#machines = [machine]
  }

  static async open(subject: ConformanceSubject): Promise<Stage> {
    await using parts = new AsyncDisposableStack()
    const issuer = parts.use(await Issuer.open())
    const foreign = parts.use(await ForeignServer.open())
    const machine = await Machine.open(subject, issuer)
    parts.move()
    return new Stage(subject, issuer, foreign, machine)
  }

  /** Another machine of the same person. */
  async another(): Promise<Machine> {
    const machine = await Machine.open(this.subject, this.issuer)
    this.#machines.push(machine)
    return machine
  }

  /** Everything that a person, a log or a child process got to see. */
  get shown(): string {
    const machines = this.#machines.flatMap(({told, thrown}) => [...told, ...thrown.map(wordsOf)])
    const children = this.watch.children.flatMap(({argv, environment}) => [...argv, ...environment])
    return [...machines, ...children].join('\n')
  }

  /** Secrets of the issuer's, and the given ones, that a text holds. */
  secretsIn(text: string, more: readonly string[] = []): readonly string[] {
    return [...this.issuer.grants.secrets, ...more].filter((secret) => secret.length > 8 && text.includes(secret))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const machine of this.#machines) await machine[Symbol.asyncDispose]()
    this.watch[Symbol.dispose]()
    await this.foreign[Symbol.asyncDispose]()
    await this.issuer[Symbol.asyncDispose]()
  }
}

/** An error with its causes, as a debug log would show it. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? String(error)
  const own = JSON.stringify(error)
  const cause = error.cause === undefined ? '' : `\n${wordsOf(error.cause)}`
  return `${error.name}: ${error.message}\n${own}${cause}`
}
