import {statSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {ledgerFolder} from '../ledger/ledger-file.ts'
import {isHeld, tryLock, type Lock} from '../ledger/lock.ts'
import {tokenLocks, type TokenLocks} from '../ledger/token-locks.ts'
import type {Generation, SessionStore} from '../model.ts'
import type {StartedHelper} from '../refresh/launch.ts'
import type {RefreshOrder} from '../refresh/ports.ts'
import type {ElectionPort} from './renew.ts'

/** At one time stamp. To be woken costs more than the look does, so those who wait long look less often. */
const FIRST_PEEK_MS = 20
const LAST_PEEK_MS = 100

/**
 * The right to start the refresh helper, held by one run at a time until its helper has ended. A killed run loses it
 * to the kernel; the run elected next finds the orphaned helper's own lock held and waits for that helper.
 */
export class Election implements ElectionPort {
  readonly #locks: TokenLocks
  readonly #folder: string
  #lock: Lock | undefined
  #launched: StartedHelper | undefined
  #launches = 0
  #peekMs = FIRST_PEEK_MS
  #ledgerSeen: bigint | undefined

  /** What is written into the ledger from here on ends a pause. */
  constructor(homeDir: string, stale: Pick<Generation, 'digest'>) {
    this.#locks = tokenLocks(homeDir, stale)
    this.#folder = ledgerFolder(homeDir)
    this.#ledgerSeen = changedAt(this.#folder)
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

  async pause(atMostMs: number): Promise<void> {
    const launched = this.#launched
    const until = performance.now() + atMostMs
    for (;;) {
      const seen = changedAt(this.#folder)
      const isNews = seen !== this.#ledgerSeen
      this.#ledgerSeen = seen
      const leftMs = until - performance.now()
      if (isNews || leftMs <= 0 || launched !== this.#launched) return
      await this.#sleep(Math.min(this.#peekMs, leftMs))
      this.#peekMs = Math.min(this.#peekMs * 1.2, LAST_PEEK_MS)
    }
  }

  async helperEnded(atMostMs: number): Promise<void> {
    if (this.#launched) await this.#sleep(atMostMs)
  }

  [Symbol.dispose](): void {
    this.#launched?.release()
    this.#lock?.[Symbol.dispose]()
    this.#lock = undefined
  }

  /** That long, or until our helper has ended. */
  async #sleep(ms: number): Promise<void> {
    if (!this.#launched) return sleep(ms)
    const timer = new AbortController()
    await Promise.race([this.#launched.ended, sleep(ms, undefined, {signal: timer.signal}).catch(() => {})])
    timer.abort()
  }
}

/**
 * The ledger's journal is made and removed with each of its commits, and each is seen in the time stamp of their folder.
 * On a file system whose stamps are coarse, or where somebody else's program stores the session, the pause ends by itself.
 */
function changedAt(folder: string): bigint | undefined {
  try {
    return statSync(folder, {bigint: true}).mtimeNs
  } catch {
    // What is wrong with it is told by the look that follows the pause.
    return undefined
  }
}
