import type {Credential} from '../protocol/credential.ts'
import {freshness} from './freshness.ts'

export interface HeldTokens {
  readonly credential: Credential
  readonly receivedAt: number
  /** It came because the API had refused the one before. */
  readonly afterRefusal: boolean
}

export interface KeeperPorts {
  /** Runs the command. @param refused the API has refused what it gave last: it should not answer from a cache */
  readonly ask: (refused: boolean) => Promise<Credential>
  readonly now: () => number
  /** What it has given already. */
  readonly first: Credential
}

/** After this the next attempt to renew a credential that still serves, or one of unknown life that was refused. */
const PAUSE_MS = 30_000

/** Keeps one run's credential, in memory. The command runs once at a time, whoever asks. */
export class CredentialKeeper {
  readonly #ports: KeeperPorts
  #held: HeldTokens
  #asking: Promise<HeldTokens> | undefined
  /** Refused by the API, and given again when asked for another. */
  #hopeless: string | undefined
  #failedAt: number | undefined

  constructor(ports: KeeperPorts) {
    this.#ports = ports
    this.#held = {credential: ports.first, receivedAt: ports.now(), afterRefusal: false}
  }

  /** @throws whatever keeps the command from giving one; not while what it gave before serves */
  async current(): Promise<HeldTokens> {
    const held = this.#held
    const {credential, receivedAt} = held
    const now = this.#ports.now()
    const state = freshness(credential.expiresAt?.getTime(), receivedAt, now)
    if (state === 'fresh') return held
    if (state === 'expired') return this.#ask(undefined)
    if (this.#failedAt !== undefined && now - this.#failedAt < PAUSE_MS) return held
    return this.#ask(undefined).catch(() => {
      this.#failedAt = this.#ports.now()
      return held
    })
  }

  /** Another credential in the place of one that the API refused; `undefined`: asking again would be of no use. */
  async replace(refused: HeldTokens): Promise<HeldTokens | undefined> {
    const {token} = refused.credential
    // What is being asked for already may be the same from a cache; its failure is for whoever asked for it.
    await this.#asking?.catch(() => undefined)
    if (this.#held.credential.token !== token) return this.#held
    if (this.#hopeless === token) return undefined
    if (refused.afterRefusal && this.#ports.now() - refused.receivedAt < PAUSE_MS) return undefined
    const held = await this.#ask(token)
    return held.credential.token === token ? undefined : held
  }

  #ask(refused: string | undefined): Promise<HeldTokens> {
    this.#asking ??= this.#run(refused).finally(() => (this.#asking = undefined))
    return this.#asking
  }

  async #run(refused: string | undefined): Promise<HeldTokens> {
    const credential = await this.#ports.ask(refused !== undefined)
    if (credential.token === refused) this.#hopeless = refused
    this.#failedAt = undefined
    this.#held = {credential, receivedAt: this.#ports.now(), afterRefusal: refused !== undefined}
    return this.#held
  }
}
