import {isObject} from '@superset/identity'
import {replaceFile} from '@superset/identity/home'
import {createHash} from 'node:crypto'
import {mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import type {Suggestion} from './complete.ts'

/** What only the service knows, by the name of the argument or flag that takes it. */
export type ServiceValues = Readonly<Record<string, readonly Suggestion[]>>

/** Names that are younger are as good as new. */
const FRESH_MS = 60_000
/** And these are not suggested any more: who signed in may be somebody else by now. */
const OLDEST_MS = 10 * 60_000
/** Whoever presses TAB again does not ask again. */
const PATIENCE_MS = 20_000
const MOST_BYTES = 1024 ** 2

/** Whose names they are. */
interface Owner {
  readonly homeDir: string
  readonly profile: string
  readonly apiUrl: {readonly value: string}
  readonly organization?: {readonly value: string}
}

/**
 * Names of tasks, hosts and the like for TAB, in a file that is read at once and never waited for: what is due is asked for
 * by a process of its own, for the next time.
 */
export class ValueCache {
  readonly #file: string

  constructor(cacheDir: string, {apiUrl, homeDir, organization, profile}: Owner) {
    const owner = JSON.stringify([homeDir, profile, apiUrl.value, organization?.value])
    const name = createHash('sha256').update(owner).digest('hex').slice(0, 32)
    this.#file = path.join(cacheDir, 'completion', `${name}.json`)
  }

  /** Nothing of what is too old, damaged or not there. */
  values(now: number): ServiceValues {
    if (this.#age(this.#file, now) <= OLDEST_MS) return read(this.#file)
    rmSync(this.#file, {force: true})
    return {}
  }

  /** Whether it is time to ask; whoever is told so asks. */
  isDue(now: number): boolean {
    const asked = `${this.#file}.asked`
    if (this.#age(this.#file, now) <= FRESH_MS || this.#age(asked, now) <= PATIENCE_MS) return false
    mkdirSync(path.dirname(asked), {recursive: true, mode: 0o700})
    writeFileSync(asked, '', {mode: 0o600})
    utimesSync(asked, now / 1000, now / 1000)
    return true
  }

  /** @throws errors of the file system */
  keep(values: ServiceValues): void {
    mkdirSync(path.dirname(this.#file), {recursive: true, mode: 0o700})
    replaceFile(this.#file, JSON.stringify(values))
  }

  /** In milliseconds; of what is not there, or of tomorrow, without end. */
  #age(file: string, now: number): number {
    const found = statSync(file, {throwIfNoEntry: false})
    return !found || found.mtimeMs > now + FRESH_MS ? Number.POSITIVE_INFINITY : Math.max(0, now - found.mtimeMs)
  }
}

function read(file: string): ServiceValues {
  try {
    if (statSync(file).size > MOST_BYTES) return {}
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!isObject(value)) return {}
    const entries = Object.entries(value).map(([name, list]) => [
      name,
      Array.isArray(list) ? list.filter(isSuggestion) : [],
    ])
    return Object.fromEntries(entries) as ServiceValues
  } catch {
    return {}
  }
}

function isSuggestion(one: unknown): one is Suggestion {
  return isObject(one) && typeof one['value'] === 'string' && typeof one['description'] === 'string'
}
