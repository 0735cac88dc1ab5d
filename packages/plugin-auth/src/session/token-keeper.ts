import type {RunStart} from '@superset/identity'
import type {Generation, SessionStore, StoredSession, Tokens} from '../model.ts'
import type {BlockedRenewal} from './blocked.ts'
import {freshness, isReplaceable, type Freshness, type TokenTimes} from './freshness.ts'
import type {BackgroundRenewal} from './renew.ts'

export interface KeeperContext {
  readonly homeDir: string
  readonly store: SessionStore
  readonly start: RunStart
  readonly tell: (line: string) => void
  /** Told once when the token still serves but can never be renewed. */
  readonly warn: (blocked: BlockedRenewal, tokens: Tokens) => Promise<void>
}

interface HeldTokens {
  readonly generation: Generation
  readonly tokens: Tokens
}

/**
 * What renews is loaded when something is to be renewed: a run with a fresh token pays for none of it.
 *
 * Keeps one run's access token usable: renews it beside the work while it serves, waits only when it does not. One
 * renewal at a time in this process, whoever asks.
 */
export class TokenKeeper {
  readonly #context: KeeperContext
  #held: HeldTokens | undefined
  #renewing: Promise<HeldTokens | undefined> | undefined
  #beside: BackgroundRenewal | undefined

  constructor(context: KeeperContext) {
    this.#context = context
  }

  /** `undefined`: signed out. @throws Problem STORE_*, AUTH_*, NETWORK_* */
  async current(): Promise<HeldTokens | undefined> {
    if (this.#held && this.#freshness(this.#held.tokens) !== 'expired') return this.#held
    const head = await this.#context.store.head()
    if (!head) return undefined
    const state = freshness(head, Date.now())
    if (state === 'expired') return this.#renewOnce(head.generation, head)
    this.#held = held(await this.#context.store.read())
    if (state === 'due' && this.#held) await this.#renewBeside(this.#held)
    return this.#held
  }

  /** The API refused this very token: its generation must be replaced, whatever the clock says (row 89). */
  async replace(generation: Generation): Promise<HeldTokens | undefined> {
    const held = this.#held
    // Row 34: refused as soon as it came, and nobody knows how long it was to live. The next one would fare no better.
    if (held?.generation === generation && !isReplaceable(held.tokens, Date.now())) return held
    return this.#renewOnce(generation, held?.tokens)
  }

  /** Waits for a renewal that runs beside the work, so that it does not die with this process. */
  async settle(): Promise<void> {
    await this.#beside?.settled()
  }

  #freshness(tokens: Tokens): Freshness {
    return freshness(tokens, Date.now())
  }

  async #renewOnce(stale: Generation, times: TokenTimes | undefined): Promise<HeldTokens | undefined> {
    this.#renewing ??= this.#renew(stale, times).finally(() => (this.#renewing = undefined))
    return this.#renewing
  }

  async #renew(stale: Generation, times: TokenTimes | undefined): Promise<HeldTokens | undefined> {
    // Told by its times, which no two access tokens share; not by the clock, which may have jumped.
    const isUseless = ({tokens}: HeldTokens) =>
      tokens.receivedAt === times?.receivedAt && tokens.expiresAt === times.expiresAt
    const renewed = await this.#replaceOnce(stale)
    if (!renewed || !isUseless(renewed)) return renewed
    // Row 31: what came was a refresh token alone. It is used once, at once.
    const again = await this.#replaceOnce(renewed.generation)
    if (!again || !isUseless(again)) return again
    const {noAccessToken} = await import('./renew-here.ts')
    throw noAccessToken(this.#context)
  }

  async #replaceOnce(stale: Generation): Promise<HeldTokens | undefined> {
    const {store, start} = this.#context
    const {renewForRun} = await import('./renew-here.ts')
    this.#held = (await renewForRun(stale, start, this.#context)) ? held(await store.read()) : undefined
    return this.#held
  }

  async #renewBeside({generation, tokens}: HeldTokens): Promise<void> {
    const {start, warn} = this.#context
    if (this.#beside || generation.digest === '') return
    const {renewBesideRun} = await import('./renew-here.ts')
    this.#beside = await renewBesideRun(generation, start, this.#context)
    if (this.#beside.blocked) await warn(this.#beside.blocked, tokens)
  }
}

function held(stored: StoredSession | undefined): HeldTokens | undefined {
  return stored?.credential.kind === 'oauth'
    ? {generation: stored.generation, tokens: stored.credential.tokens}
    : undefined
}
