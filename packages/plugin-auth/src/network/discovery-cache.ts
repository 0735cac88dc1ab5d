import {createHash} from 'node:crypto'
import {join} from 'node:path'
import {isObject, isProblem} from '@superset/identity'
import {parseObject} from './answer.ts'
import {createFolder, openDraft} from '../files/durable-write.ts'
import {identityFolder} from '../files/layout.ts'
import {readSafely} from '../files/safe-read.ts'

const MAX_AGE_MS = 24 * 3600 * 1000

/**
 * Keeps an issuer's metadata for a day. Not secret, but it says where credentials go: a file that others could have
 * written is not used. A cache that cannot be read or written is no fault, only a request more.
 */
export class DiscoveryCache {
  readonly #homeDir: string
  readonly #now: () => number

  constructor(homeDir: string, now: () => number) {
    this.#homeDir = homeDir
    this.#now = now
  }

  async read(issuer: string): Promise<Record<string, unknown> | undefined> {
    const content = await this.#tolerantly(() => readSafely(join(this.#folder, fileOf(issuer))))
    const entry = Buffer.isBuffer(content) ? parseObject(content) : undefined
    const {fetchedAt, document} = entry ?? {}
    const age = typeof fetchedAt === 'number' ? this.#now() - fetchedAt : Number.NaN
    // A negative age: the clock was set back, and nobody knows how old this is.
    if (!(age >= 0 && age <= MAX_AGE_MS)) return undefined
    return isObject(document) ? document : undefined
  }

  async write(issuer: string, document: Record<string, unknown>): Promise<void> {
    const content = Buffer.from(`${JSON.stringify({issuer, fetchedAt: this.#now(), document}, undefined, 2)}\n`)
    await this.#tolerantly(async () => {
      await createFolder(this.#folder, this.#homeDir, 'change')
      await using draft = await openDraft(this.#folder, content.length)
      await draft.replace(fileOf(issuer), content)
    })
  }

  get #folder(): string {
    return join(identityFolder(this.#homeDir), 'discovery')
  }

  async #tolerantly<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (isProblem(error) || typeof (error as NodeJS.ErrnoException).code === 'string') return undefined
      throw error
    }
  }
}

function fileOf(issuer: string): string {
  return `${createHash('sha256').update(issuer).digest('hex')}.json`
}
