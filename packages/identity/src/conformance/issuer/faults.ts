export type Endpoint = 'api' | 'authorize' | 'credential' | 'jwks' | 'metadata' | 'revoke' | 'token'

type Body = Readonly<Record<string, unknown>>

/** What goes wrong at one endpoint. */
export type Fault =
  /** This answer, and nothing was done. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Done, and the connection breaks in the middle of the answer. */
  | {readonly kind: 'cut'}
  /** Done, with another answer. */
  | {readonly kind: 'changed'; readonly change: (body: Body) => Body}
  /** Begun when this resolves. */
  | {readonly kind: 'held'; readonly until: Promise<void>}
  /** Done, and the connection breaks before the answer. */
  | {readonly kind: 'lost'}

/** Faults by endpoint, each for a number of requests. */
export class Faults {
  readonly #waiting = new Map<Endpoint, {readonly fault: Fault; left: number}>()

  set(endpoint: Endpoint, fault: Fault, times: number): void {
    this.#waiting.set(endpoint, {fault, left: times})
  }

  mend(endpoint: Endpoint): void {
    this.#waiting.delete(endpoint)
  }

  take(endpoint: Endpoint): Fault | undefined {
    const entry = this.#waiting.get(endpoint)
    if (!entry) return undefined
    entry.left -= 1
    if (entry.left <= 0) this.#waiting.delete(endpoint)
    return entry.fault
  }
}

const WEB_PAGE = '<!doctype html><title>Welcome to the network</title><p>Accept the terms to go on.'

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Fault {
  const type = {'content-type': 'application/json'}
  return {kind: 'answer', status, body: JSON.stringify(body), headers: {...type, ...headers}}
}

export function webPage(status: number): Fault {
  return {kind: 'answer', status, body: WEB_PAGE, headers: {'content-type': 'text/html; charset=utf-8'}}
}
