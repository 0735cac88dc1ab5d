/** A simulated process. One that was killed is simply never resumed. */
export interface Process {
  readonly name: string
  killed: boolean
  /** Frees what the kernel frees when a process dies. */
  readonly onDeath: Array<() => void>
}

/** A process that waits for its turn. */
export interface Parked {
  readonly process: Process
  readonly at: string
  /** Virtual time before which it is not resumed. */
  readonly wakeAt: number
  /** It only looks whether something has changed. */
  readonly polls: boolean
  readonly resume: () => void
}

/** A small, seeded, fast generator (mulberry32): the same seed gives the same schedule on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Runs simulated processes one step at a time, in an order that a seed decides. A step goes from one parking place
 * (every call to the outside) to the next; what happens within a step cannot be interrupted, just as code between two
 * awaits cannot.
 */
export class Scheduler {
  readonly random: () => number
  /** Virtual milliseconds. */
  now = 1_000_000
  readonly trace: string[] = []
  #parked: Parked[] = []
  #running = 0
  #idle = Promise.withResolvers<void>()
  failure: Error | undefined

  constructor(seed: number) {
    this.random = randomFrom(seed)
  }

  pick(below: number): number {
    return Math.floor(this.random() * below)
  }

  chance(probability: number): boolean {
    return this.random() < probability
  }

  /** Starts a process; its body runs when the scheduler says so. */
  spawn(name: string, body: (process: Process) => Promise<void>): Process {
    const process: Process = {name, killed: false, onDeath: []}
    const ended = () => {
      for (const free of process.onDeath) free()
    }

    void this.#park(process, 'start', 0).then(async () => {
      try {
        await body(process)
      } catch (error) {
        this.failure ??= error instanceof Error ? error : new Error(String(error))
      }

      process.killed = true
      ended()
      this.#leave()
    })
    return process
  }

  /** Parks the process until the scheduler picks it again. */
  step(process: Process, at: string, delayMs = 0, polls = false): Promise<void> {
    const resumed = this.#park(process, at, delayMs, polls)
    this.#leave()
    return resumed
  }

  get parked(): readonly Parked[] {
    return this.#parked
  }

  #park(process: Process, at: string, delayMs: number, polls = false): Promise<void> {
    return new Promise((resolve) => {
      // It was killed in the middle of a step (by itself, in effect): it never comes back.
      if (process.killed) return
      this.#parked.push({
        process,
        at,
        wakeAt: this.now + delayMs,
        polls,
        resume: () => {
          this.#running++
          resolve()
        },
      })
    })
  }

  /** The kernel's part of a kill: nothing of the process runs again, and what it held is free. */
  kill(process: Process): void {
    if (process.killed) return
    this.trace.push(`kill ${process.name}`)
    process.killed = true
    this.#parked = this.#parked.filter((parked) => parked.process !== process)
    for (const free of process.onDeath) free()
  }

  /** Runs until nobody is left, or until the step limit shows that somebody never ends. */
  async run(beforeEachStep: (next: {readonly process: Process; readonly at: string}) => void): Promise<void> {
    for (let steps = 0; this.#parked.length > 0; steps++) {
      if (steps > 20_000) throw new Error('the processes never end')
      const runnable = this.#parked.filter(({wakeAt}) => wakeAt <= this.now)
      if (runnable.length === 0) {
        this.now = Math.min(...this.#parked.map(({wakeAt}) => wakeAt))
        continue
      }

      const next = runnable[this.pick(runnable.length)]
      if (!next) continue
      beforeEachStep(next)
      if (next.process.killed) continue
      this.now += this.pick(3)
      await this.advance(next)
    }
  }

  /** Lets one process go on until it parks again or ends. */
  async advance(next: Parked): Promise<void> {
    this.#parked.splice(this.#parked.indexOf(next), 1)
    this.trace.push(`${next.process.name}: ${next.at}`)
    this.#idle = Promise.withResolvers<void>()
    next.resume()
    await this.#idle.promise
    if (this.failure !== undefined) throw this.failure
  }

  #leave(): void {
    this.#running--
    if (this.#running === 0) this.#idle.resolve()
  }
}
