import type {Binding, Generation, Head, SaveResult, SessionStore, StoredSession, Tokens} from '../../src/model.ts'

type Found = {readonly sequence: number; readonly tokens: Tokens | undefined}

/** The folder of one session: numbered records, which are created and removed and never changed; no tokens: a tombstone. */
export class ModelFolder {
  readonly #records = new Map<number, Tokens | undefined>()

  /** False when another record has that number. */
  create(sequence: number, tokens: Tokens | undefined): boolean {
    if (this.#records.has(sequence)) return false
    this.#records.set(sequence, tokens)
    return true
  }

  remove(sequence: number): void {
    this.#records.delete(sequence)
  }

  get sequences(): readonly number[] {
    return [...this.#records.keys()].toSorted((a, b) => b - a)
  }

  latest(): Found | undefined {
    const [sequence] = this.sequences
    return sequence === undefined ? undefined : {sequence, tokens: this.#records.get(sequence)}
  }

  get state(): unknown {
    return this.sequences.map((sequence) => [sequence, this.#records.get(sequence)?.accessToken])
  }
}

const BINDING: Binding = {
  profile: 'default',
  issuer: 'http://127.0.0.1',
  apiUrl: 'http://127.0.0.1',
  clientId: 'superset-cli',
  replayPolicy: 'user',
  subject: 'ada',
}
const SESSION = 'session'

/**
 * The sealed store as one process sees it: what it does to the folder, in the order in which it does it (`saveRecord`,
 * `forgetRecords`), with a step before each access. Others come in between, as they do in life.
 */
export function modelStore(folder: ModelFolder, step: (at: string) => Promise<void>): SessionStore {
  const look = async (at: string): Promise<Found | undefined> => {
    await step(at)
    return folder.latest()
  }

  const save = async (replaced: Generation, tokens: Tokens): Promise<SaveResult> => {
    const sequence = Number(replaced.sequence) + 1
    const refusal = verdict(await look('save: looks'), replaced)
    if (refusal) return refusal
    await step('save: links')
    if (!folder.create(sequence, tokens)) return afterwards(await look('save: looks who was first'), replaced)
    const highest = await look('save: looks again')
    if (highest && highest.sequence > sequence) {
      const buried = highest.tokens === undefined && highest.sequence === sequence + 1
      await step('save: takes it back')
      folder.remove(sequence)
      return buried ? {outcome: 'signed-out', buried} : afterwards(await look('save: looks who came'), replaced)
    }

    await step('save: tidies')
    for (const old of folder.sequences) if (old <= sequence - 2) folder.remove(old)
    return {outcome: 'saved', generation: generationOf({sequence, tokens})}
  }

  const forget = async (): Promise<StoredSession | undefined> => {
    for (;;) {
      const latest = await look('forget: looks')
      if (!latest?.tokens) return undefined
      await step('forget: links')
      if (!folder.create(latest.sequence + 1, undefined)) continue
      await step('forget: tidies')
      for (const old of folder.sequences.slice(1)) folder.remove(old)
      return storedIn(latest)
    }
  }

  return {
    storage: 'key',
    sessionId: SESSION,
    binding: BINDING,
    place: 'memory',
    head: async () => headOf(await look('looks')),
    read: async () => storedIn(await look('reads')),
    async preflight() {
      await step('pre-flight')
      return {[Symbol.asyncDispose]: async () => {}}
    },
    save,
    forget,
    handoff: () => Promise.reject(new Error('a model cannot be handed to another process')),
  }
}

function verdict(latest: Found | undefined, replaced: Generation): SaveResult | undefined {
  if (!latest?.tokens) return {outcome: 'signed-out'}
  return latest.sequence > Number(replaced.sequence) ? {outcome: 'superseded'} : undefined
}

function afterwards(latest: Found | undefined, replaced: Generation): SaveResult {
  return verdict(latest, replaced) ?? {outcome: 'superseded'}
}

function generationOf({sequence, tokens}: Found): Generation {
  return {sessionId: SESSION, sequence: String(sequence), digest: `digest of ${tokens?.refreshToken}`}
}

function headOf(found: Found | undefined): Head | undefined {
  return found?.tokens && {...found.tokens, generation: generationOf(found), kind: 'oauth', renewable: true}
}

function storedIn(found: Found | undefined): StoredSession | undefined {
  return (
    found?.tokens && {
      generation: generationOf(found),
      binding: BINDING,
      credential: {kind: 'oauth', tokens: found.tokens},
    }
  )
}
