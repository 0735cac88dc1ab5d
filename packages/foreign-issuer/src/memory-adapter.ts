type Payload = Record<string, unknown> & {grantId?: string; uid?: string; userCode?: string; consumed?: number}

interface Entry {
  readonly payload: Payload
  readonly expiresAt: number
}

export interface Memory {
  readonly adapter: new (model: string) => MemoryAdapter
  /** How many refresh tokens the provider would still accept. */
  liveRefreshTokens(): number
}

/** One provider's memory. The library's own is shared by all providers of a process and meant for a first try only. */
export function createMemory(): Memory {
  const entries = new Map<string, Entry>()
  const isLive = ([key, {payload, expiresAt}]: [string, Entry]) =>
    key.startsWith('RefreshToken:') && payload.consumed === undefined && expiresAt > Date.now()
  return {
    adapter: class extends MemoryAdapter {
      constructor(model: string) {
        super(model, entries)
      }
    },
    liveRefreshTokens: () => [...entries].filter(isLive).length,
  }
}

/** What the provider stores of one model: sessions, grants, codes, tokens. */
class MemoryAdapter {
  readonly #model: string
  readonly #entries: Map<string, Entry>

  constructor(model: string, entries: Map<string, Entry>) {
    this.#model = model
    this.#entries = entries
  }

  async upsert(id: string, payload: Payload, expiresInSeconds?: number): Promise<void> {
    const expiresAt = expiresInSeconds === undefined ? Infinity : Date.now() + expiresInSeconds * 1000
    this.#entries.set(this.#key(id), {payload, expiresAt})
  }

  async find(id: string): Promise<Payload | undefined> {
    const entry = this.#entries.get(this.#key(id))
    return entry && entry.expiresAt > Date.now() ? entry.payload : undefined
  }

  async findByUid(uid: string): Promise<Payload | undefined> {
    return this.#findBy('uid', uid)
  }

  async findByUserCode(userCode: string): Promise<Payload | undefined> {
    return this.#findBy('userCode', userCode)
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id)
    if (payload) payload.consumed = Math.floor(Date.now() / 1000)
  }

  async destroy(id: string): Promise<void> {
    this.#entries.delete(this.#key(id))
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, {payload}] of this.#entries) {
      if (payload.grantId === grantId) this.#entries.delete(key)
    }
  }

  #findBy(name: 'uid' | 'userCode', value: string): Payload | undefined {
    for (const [key, {payload}] of this.#entries) {
      if (key.startsWith(`${this.#model}:`) && payload[name] === value) return payload
    }

    return undefined
  }

  #key(id: string): string {
    return `${this.#model}:${id}`
  }
}
