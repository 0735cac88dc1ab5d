import {isObject, redactSecrets} from '@superset/identity'

/** Reading what a server wrote, without trusting any of it. */

/** A JSON object, or `undefined` for anything else. */
export function parseObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isObject(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** More of a text than is ever shown, and little enough for any pattern. */
const READ_LENGTH = 50_000

/**
 * A server's words as they may be shown: no control characters, nothing secret, not endless. Only for messages: what is
 * stored or compared stays as it came.
 * @param secrets what was sent to that server, which may repeat it
 */
export function printable(value: unknown, maxLength: number, secrets: readonly string[] = []): string | undefined {
  if (typeof value !== 'string') return undefined
  const clean = redactSecrets(value.slice(0, READ_LENGTH), secrets)
    .replaceAll(/\p{C}+/gu, ' ')
    .trim()
  if (clean === '') return undefined
  return clean.length > maxLength ? `${clean.slice(0, maxLength - 1)}…` : clean
}

/** What an administrator can look a request up by, as the server or an edge before it named it. */
export function requestId(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const id = headers['x-request-id'] ?? headers['cf-ray']
  return (
    id
      ?.slice(0, 100)
      .replaceAll(/[^\x21-\x7e]+/g, ' ')
      .trim() || undefined
  )
}

/** No server may put us off for longer than this. */
const MAX_WAIT_MS = 120_000

/** `Retry-After` (RFC 9110 10.2.3: seconds or a date) or the service's `x-retry-after`; in ms, at most 120 s. */
export function retryAfterMs(
  headers: Readonly<Record<string, string | undefined>>,
  now: number = Date.now(),
): number | undefined {
  const value = (headers['retry-after'] ?? headers['x-retry-after'])?.trim()
  if (!value) return undefined
  const seconds = Number(value)
  // A date is by the server's clock, so it counts from the server's own `Date`.
  const serverNow = Date.parse(headers['date'] ?? '')
  const waitMs = Number.isFinite(seconds)
    ? seconds * 1000
    : Date.parse(value) - (Number.isNaN(serverNow) ? now : serverNow)
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 1000), MAX_WAIT_MS)
}
