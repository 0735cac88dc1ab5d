import {printable} from './screen.ts'

const TRACE = Symbol.for('superset.identity.trace')

/** How a request ended. */
export type RequestEnd =
  | {readonly status: number; readonly requestId?: string | undefined}
  /** Why there was no answer, by its code or kind. */
  | {readonly failure: string}

type WriteLine = (line: string) => void

/** For the host: a line for each request of this process, whichever copy of this package sends it. */
export function traceRequests(write: WriteLine): void {
  Reflect.set(process, TRACE, write)
}

/**
 * A request begins; what is returned is called with its end. The line has method, origin and path, status, duration and the
 * server's id of the request: no query, no header of ours, no body.
 */
export function traceRequest(method: string, {origin, pathname}: URL): (end: RequestEnd) => void {
  const write = Reflect.get(process, TRACE) as WriteLine | undefined
  if (!write) return () => undefined
  const begun = performance.now()
  return (end) => {
    const how = 'failure' in end ? `no answer: ${end.failure}` : String(end.status)
    const id = 'status' in end && end.requestId ? `, request id ${end.requestId.slice(0, 100)}` : ''
    write(printable(`${method} ${origin}${pathname} ${how}, ${Math.round(performance.now() - begun)} ms${id}`))
  }
}

/** Under the names by which servers and those in front of them call it. */
export function requestIdOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const found = headers['x-request-id'] ?? headers['x-vercel-id'] ?? headers['cf-ray']
  return typeof found === 'string' ? found : undefined
}
