import {EXIT, isProblem, type Problem} from '@superset/identity'

/** How one thing is found, by whatever was typed for it, and how it is deleted then. */
export interface DeletionSteps<Found> {
  /** @throws Problem where there is none */
  find(wanted: string): Promise<Found>
  remove(found: Found): Promise<unknown>
}

/** `Noun` is the key under which a failure says what was typed. */
export interface Deleted<Noun extends string> {
  /** Ids. */
  readonly deleted: readonly string[]
  readonly failed: ReadonlyArray<Readonly<Record<Noun | 'code' | 'message', string>>>
}

/**
 * Deletes one after the other. What is wrong with one does not keep the others; what is wrong with the session or the
 * service does: the rest is left alone and said to be.
 */
export class Deletion<Found extends {readonly id: string}, Noun extends string> {
  readonly #noun: Noun
  readonly #wanted: ReadonlySet<string>
  readonly #open: () => Promise<DeletionSteps<Found>>
  #steps: Promise<DeletionSteps<Found>> | undefined
  /** What was found, or why not. */
  readonly #known = new Map<string, Found | Problem>()

  /** @param open called once, when something is to be looked up: where there is nobody to confirm it, nothing is asked of the network */
  constructor(noun: Noun, wanted: readonly string[], open: () => Promise<DeletionSteps<Found>>) {
    this.#noun = noun
    this.#wanted = new Set(wanted)
    this.#open = open
  }

  /** What would be deleted, for a question that names it. Nothing is looked up twice for it. */
  async preview(): Promise<Found[]> {
    const found: Found[] = []
    for (const wanted of this.#wanted) {
      const one = await this.#find(wanted)
      if (!isProblem(one)) found.push(one)
      else if (concernsAll(one)) break
    }

    return found
  }

  /** @throws Problem when nothing was deleted for one reason that holds for all */
  async run(): Promise<Deleted<Noun>> {
    const deleted: string[] = []
    const failed: Deleted<Noun>['failed'][number][] = []
    let stopped: Problem | undefined
    const say = (wanted: string, code: string, message: string) =>
      failed.push({[this.#noun]: wanted, code, message} as Deleted<Noun>['failed'][number])
    for (const wanted of this.#wanted) {
      if (stopped) {
        say(wanted, 'NOT_TRIED', 'Not tried.')
        continue
      }

      const outcome = await this.#delete(wanted)
      if (!isProblem(outcome)) {
        deleted.push(outcome.id)
        continue
      }

      say(wanted, outcome.code, outcome.message)
      if (concernsAll(outcome) || this.#wanted.size === 1) stopped = outcome
    }

    if (stopped && deleted.length === 0) throw stopped
    return {deleted, failed}
  }

  async #find(wanted: string): Promise<Found | Problem> {
    const known = this.#known.get(wanted) ?? (await this.#try(({find}) => find(wanted)))
    this.#known.set(wanted, known)
    return known
  }

  async #delete(wanted: string): Promise<Found | Problem> {
    const found = await this.#find(wanted)
    if (isProblem(found)) return found
    return this.#try(({remove}) => remove(found).then(() => found))
  }

  async #try(step: (steps: DeletionSteps<Found>) => Promise<Found>): Promise<Found | Problem> {
    this.#steps ??= this.#open()
    const steps = await this.#steps
    try {
      return await step(steps)
    } catch (error) {
      if (isProblem(error)) return error
      throw error
    }
  }
}

/** What is wrong with the session or the service, and not with the one thing. */
function concernsAll({exit}: Problem): boolean {
  return exit !== EXIT.failed && exit !== EXIT.usage
}
