/** What may stand in an HTTP header: visible ASCII (RFC 9110 5.5). */
const VISIBLE = /^[\x21-\x7e]+$/
/** RFC 3339, the profile of ISO 8601 that both protocols use: a zone is not optional. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i

export type Fields = Readonly<Record<string, unknown>>

export function isToken(value: unknown): value is string {
  return typeof value === 'string' && VISIBLE.test(value)
}

/** `undefined` for what is no instant. */
export function instantOf(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !INSTANT.test(value)) return undefined
  const instant = new Date(value.toUpperCase())
  return Number.isNaN(instant.getTime()) ? undefined : instant
}

/** Absent and null are the same: languages differ in how they write what is not there. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}
