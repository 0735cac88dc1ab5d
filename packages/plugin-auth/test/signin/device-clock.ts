import type {CallbackWait} from '../../src/signin/ports.ts'

/** Time that passes only when somebody waits; what is planned happens during the waits, in order. */
export class DeviceClock implements CallbackWait {
  /** How long each wait was, in ms. */
  readonly pauses: number[] = []
  readonly #plans: Array<() => Promise<unknown> | void>
  #now = 0

  constructor(...plans: Array<() => Promise<unknown> | void>) {
    this.#plans = plans
  }

  readonly pause = async (ms: number, signal?: AbortSignal): Promise<void> => {
    this.pauses.push(ms)
    await this.#plans.shift()?.()
    signal?.throwIfAborted()
    this.#now += ms
  }

  readonly elapsed = (): number => this.#now

  get seconds(): readonly number[] {
    return this.pauses.map((ms) => ms / 1000)
  }
}
