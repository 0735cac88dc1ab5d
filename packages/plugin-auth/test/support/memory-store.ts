import type {Binding, Generation, Head, SaveResult, SessionStore, StoredSession, Tokens} from '../../src/model.ts'

const EXPIRED = {expiresAt: 0, lifetimeMs: 1000}

/** A session store without a disk, for tests of what drives a store. */
export class MemoryStore implements SessionStore {
  readonly storage = 'key'
  readonly sessionId = 'session'
  readonly place = 'memory'
  readonly binding: Binding = {
    profile: 'default',
    issuer: 'http://127.0.0.1',
    apiUrl: 'http://127.0.0.1',
    clientId: 'superset-cli',
    replayPolicy: 'user',
    subject: 'ada',
  }
  /** The generation that the store began with. */
  readonly first: Generation
  tokens: Tokens | undefined
  #sequence = 1

  constructor(refreshToken: string, times: {readonly expiresAt: number; readonly lifetimeMs: number} = EXPIRED) {
    this.tokens = {accessToken: 'old', refreshToken, ...times, clockOffsetMs: 0, receivedAt: 0}
    this.first = this.generation
  }

  get generation(): Generation {
    return {
      sessionId: this.sessionId,
      sequence: String(this.#sequence),
      digest: `digest of ${this.tokens?.refreshToken}`,
    }
  }

  async head(): Promise<Head | undefined> {
    return this.tokens && {...this.tokens, generation: this.generation, kind: 'oauth', renewable: true}
  }

  async read(): Promise<StoredSession | undefined> {
    return (
      this.tokens && {
        generation: this.generation,
        binding: this.binding,
        credential: {kind: 'oauth', tokens: this.tokens},
      }
    )
  }

  async preflight(): Promise<AsyncDisposable> {
    return {[Symbol.asyncDispose]: async () => {}}
  }

  async save(replaced: Generation, tokens: Tokens): Promise<SaveResult> {
    if (!this.tokens) return {outcome: 'signed-out'}
    if (replaced.sequence !== String(this.#sequence)) return {outcome: 'superseded'}
    this.tokens = tokens
    this.#sequence++
    return {outcome: 'saved', generation: this.generation}
  }

  async forget(): Promise<StoredSession | undefined> {
    const stored = await this.read()
    this.tokens = undefined
    return stored
  }

  async handoff(): Promise<never> {
    throw new Error('a memory store cannot be handed to another process')
  }
}
