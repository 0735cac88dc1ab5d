import {setTimeout as sleep} from 'node:timers/promises'
import {isHeld, tryLock, type Lock} from '../ledger/lock.ts'
import type {TokenLocks} from '../ledger/token-locks.ts'
import type {SessionStore} from '../model.ts'
import type {Launched} from '../refresh/launch.ts'
import type {RefreshOrder} from '../refresh/ports.ts'
import type {ElectionPort} from './renew.ts'

/**
 * The right to start the refresh helper, held by one run at a time until its helper has ended. A killed run loses it
 * to the kernel; the run elected next finds the orphaned helper's own lock held and waits for that helper.
 */
export class Election implements ElectionPort {
  readonly #locks: TokenLocks
  #lock: Lock | undefined
  #launched: Launched | undefined
  #launches = 0

  constructor(locks: TokenLocks) {
    this.#locks = locks
  }

  get launches(): number {
    return this.#launches
  }

  async isOpen(): Promise<boolean> {
    if (this.#launched) return false
    this.#lock ??= await tryLock(this.#locks.electing)
    return this.#lock !== undefined && !(await isHeld(this.#locks.refreshing))
  }

  /** @throws Problem STORE_* (74, 78) when the sealing key cannot be had */
  async start(order: RefreshOrder, store: SessionStore): Promise<void> {
    const {launch} = await import('../refresh/launch.ts')
    const launched = await launch(order, store, this.#launches++ > 0)
    this.#launched = launched
    void launched.ended.then(() => (this.#launched = undefined))
  }

  async pause(ms: number): Promise<void> {
    await (this.#launched ? this.helperEnded(ms) : sleep(ms))
  }

  async helperEnded(atMostMs: number): Promise<void> {
    if (!this.#launched) return
    const timer = new AbortController()
    await Promise.race([this.#launched.ended, sleep(atMostMs, undefined, {signal: timer.signal}).catch(() => {})])
    timer.abort()
  }

  [Symbol.dispose](): void {
    this.#launched?.release()
    this.#lock?.[Symbol.dispose]()
    this.#lock = undefined
  }
}
