import type {Tokens} from '../model.ts'
import {freshness} from '../session/freshness.ts'

/** Between two exchanges because of a refusal, and after one that failed while its predecessor still served. */
const PAUSE_MS = 30_000

/** One run's access token of a workload: in memory alone, one exchange at a time, a new one before it ends. */
export class WorkloadKeeper {
  readonly #exchange: () => Promise<Tokens>
  readonly #now: () => number
  #held: Tokens | undefined
  #exchanging: Promise<Tokens> | undefined
  #replacedAt = -Infinity
  #failedAt = -Infinity

  constructor(exchange: () => Promise<Tokens>, now: () => number) {
    this.#exchange = exchange
    this.#now = now
  }

  /** @throws Problem of the exchange, when there is no token that still serves */
  async current(): Promise<Tokens> {
    const held = this.#held
    const state = held ? freshness(held, this.#now()) : 'expired'
    if (!held || state === 'expired') return this.#exchangeOnce()
    if (state === 'fresh' || this.#now() - this.#failedAt < PAUSE_MS) return held
    try {
      return await this.#exchangeOnce()
    } catch {
      // The old one serves; whoever asks when it does not is told.
      this.#failedAt = this.#now()
      return held
    }
  }

  /** How to replace a token that the API refused; not twice in a row, for the next one would fare no better. */
  renewal(refused: Tokens): (() => Promise<Tokens>) | undefined {
    if (this.#held && this.#held !== refused) return () => this.current()
    if (this.#now() - this.#replacedAt < PAUSE_MS) return undefined
    return async () => {
      this.#replacedAt = this.#now()
      return this.#exchangeOnce()
    }
  }

  async #exchangeOnce(): Promise<Tokens> {
    this.#exchanging ??= this.#exchange().finally(() => (this.#exchanging = undefined))
    this.#held = await this.#exchanging
    return this.#held
  }
}
