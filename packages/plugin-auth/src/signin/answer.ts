import {createHash, timingSafeEqual} from 'node:crypto'
import {printable} from '../network/answer.ts'

/** What an authorization response (RFC 6749 4.1.2) must match. */
export interface ExpectedAnswer {
  readonly state: string
  readonly issuer: string
  /** The issuer announced that it names itself in every response (RFC 9207). */
  readonly namesIssuer: boolean
}

export type AnswerVerdict = FinalAnswer | {readonly kind: 'ignored'}

/** What ends the waiting. */
export type FinalAnswer =
  | {readonly kind: 'code'; readonly code: string}
  | {readonly kind: 'error'; readonly error: string; readonly description?: string}
  | {readonly kind: 'wrong-issuer'; readonly got: string | undefined}

/**
 * Judges one authorization response. The state comes first: anybody on this machine and any web page can send one, so
 * whatever lacks our state says nothing about our sign-in (rows 72 and 75). Then the issuer, also for errors (row 73).
 */
export function judge(parameters: URLSearchParams, expected: ExpectedAnswer): AnswerVerdict {
  const once = (name: string): string | undefined => {
    const values = parameters.getAll(name)
    return values.length === 1 ? values[0] : undefined
  }
  if (!sameSecret(once('state'), expected.state)) return {kind: 'ignored'}
  const got = once('iss')
  const missing = got === undefined && !parameters.has('iss')
  if (missing ? expected.namesIssuer : got !== expected.issuer) return {kind: 'wrong-issuer', got: printable(got, 200)}
  if (parameters.has('error')) {
    const description = printable(once('error_description'), 200)
    return {kind: 'error', error: printable(once('error'), 60) ?? 'unnamed', ...(description && {description})}
  }

  const code = once('code')
  return code ? {kind: 'code', code} : {kind: 'error', error: 'invalid_response', description: 'it holds no code'}
}

/** In constant time, whatever the lengths. */
export function sameSecret(given: string | undefined, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return given !== undefined && timingSafeEqual(digest(given), digest(expected))
}
