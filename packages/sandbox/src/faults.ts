import {setTimeout as delay} from 'node:timers/promises'
import {type Changes} from './changes.ts'
import {type Exchange} from './http.ts'

/** How the service misbehaves towards one request. All of it can be written as JSON. */
export interface Fault {
  /** Only for token requests of this grant type. */
  readonly grant?: string
  /** Only for requests that name this procedure, such as `task.list`; of the API, a host or the relay. */
  readonly procedure?: string
  /** Only for requests to this path; at a gateway. */
  readonly path?: string
  /** For how many matching requests; 1 unless given. */
  readonly times?: number
  /** Wait before the service looks at the request. */
  readonly delayBeforeMs?: number
  /** Wait after the service has committed and before it answers. */
  readonly delayAfterMs?: number
  /** Stop before the request is processed, or after it was committed, until released. */
  readonly hold?: 'after' | 'before'
  /** Answer this; the request is not processed, unless `process` says so. */
  readonly answer?: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    /** A string is sent as it is, anything else as JSON. */
    readonly body?: unknown
  }
  /** With `answer`: process the request first and throw the real answer away. */
  readonly process?: boolean
  /** Close the connection: before processing, in the middle of the answer, or after processing without an answer. */
  readonly cut?: 'after' | 'before' | 'within'
}

/** A fault that was put in place. */
export interface ActiveFault {
  /** Requests it has been applied to so far. */
  readonly applied: number
  /** Resolves when a request is held by it. */
  held(): Promise<void>
  /** Lets the requests held by it go on, and holds no more. */
  release(): void
}

/** The endpoints that can be made to misbehave; `host` is every host service of the sandbox. */
export const ENDPOINTS = ['token', 'revocation', 'metadata', 'api', 'host', 'relay'] as const
export type Endpoint = (typeof ENDPOINTS)[number]

/** What the API says to a caller that it does not know; for `answer`. */
export const UNAUTHORIZED = {
  status: 401,
  body: {
    error: {
      json: {
        message: 'Not authenticated. Please sign in.',
        code: -32_001,
        data: {code: 'UNAUTHORIZED', httpStatus: 401, zodError: null},
      },
    },
  },
}

/** Of every request to an endpoint. */
export function standingDelay(delay: number | {readonly before?: number; readonly after?: number} = 0) {
  const {before = 0, after = 0} = typeof delay === 'number' ? {before: delay} : delay
  return {delayBeforeMs: before, delayAfterMs: after}
}

/** Decides for one request, by grant type (token endpoint) or by procedures (API). */
export type FaultPolicy = (labels: readonly string[]) => Fault | undefined

interface Entry extends ActiveFault {
  readonly fault: Fault
  applied: number
  holding: number
  released: PromiseWithResolvers<void>
}

/** Faults in the order in which they are used up; the first that matches a request is applied to it. */
export class Faults {
  readonly #changes: Changes
  readonly #standing: Fault
  #entries: Entry[] = []
  #policy: FaultPolicy | undefined
  #cleared = new AbortController()

  /** @param standing applied to every request that no other fault claims */
  constructor(changes: Changes, standing: Fault = {}) {
    this.#changes = changes
    this.#standing = standing
  }

  add(fault: Fault): ActiveFault {
    const changes = this.#changes
    const entry: Entry = {
      fault,
      applied: 0,
      holding: 0,
      released: Promise.withResolvers<void>(),
      held: () => changes.until(() => entry.holding > 0),
      release: () => entry.released.resolve(),
    }
    this.#entries.push(entry)
    return entry
  }

  /** Asks a function for each request that no queued fault matches. */
  use(policy: FaultPolicy | undefined): void {
    this.#policy = policy
  }

  /** Requests held at the moment. */
  get held(): number {
    return this.#entries.reduce((sum, entry) => sum + entry.holding, 0)
  }

  releaseAll(): void {
    for (const entry of this.#entries) entry.release()
  }

  /** Removes all faults and lets go whatever they hold or delay. */
  clear(): void {
    this.releaseAll()
    this.#cleared.abort()
    this.#cleared = new AbortController()
    this.#entries = []
    this.#policy = undefined
  }

  /**
   * Runs one request under the fault that it meets, if any.
   * @param labels what faults are matched by: the grant type, or the procedures
   * @param process lets the service do its work; called at most once
   */
  async run(
    exchange: Exchange,
    labels: readonly string[],
    process: () => Promise<Response>,
  ): Promise<Response | undefined> {
    const entry = this.#entries.find((candidate) => matches(candidate, labels))
    if (entry) entry.applied++
    const fault = entry?.fault ?? this.#policy?.(labels) ?? this.#standing
    if (fault.hold === 'before') await this.#hold(entry)
    await this.#delay(fault.delayBeforeMs)
    if (fault.cut === 'before') return exchange.cut() as undefined
    const processed = !fault.answer || fault.process ? await process() : undefined
    if (fault.hold === 'after') await this.#hold(entry)
    await this.#delay(fault.delayAfterMs)
    if (fault.cut === 'after') return exchange.cut() as undefined
    const response = fault.answer ? toResponse(fault.answer) : (processed as Response)
    if (fault.cut !== 'within') return response
    await exchange.cutWithin(response)
    return undefined
  }

  async #delay(milliseconds = 0): Promise<void> {
    if (milliseconds === 0) return
    const {signal} = this.#cleared
    try {
      await delay(milliseconds, undefined, {signal})
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  async #hold(entry: Entry | undefined): Promise<void> {
    if (!entry) throw new Error('Only a queued fault can hold a request: a policy has no handle to release it with')
    entry.holding++
    this.#changes.announce()
    await entry.released.promise
    entry.holding--
    this.#changes.announce()
  }
}

function matches({applied, fault}: Entry, labels: readonly string[]): boolean {
  const wanted = fault.grant ?? fault.procedure ?? fault.path
  return applied < (fault.times ?? 1) && (wanted === undefined || labels.includes(wanted))
}

function toResponse({status, headers = {}, body}: NonNullable<Fault['answer']>): Response {
  if (body === undefined) return new Response(null, {status, headers})
  if (typeof body === 'string') return new Response(body, {status, headers})
  return Response.json(body, {status, headers})
}
