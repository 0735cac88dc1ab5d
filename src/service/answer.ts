import {EXIT, Problem} from '@superset/identity'

/** An object as the service sends it; what it holds beyond the fields that we know is passed on untouched. */
export type Row = Readonly<Record<string, unknown>>

/** @throws Problem SERVICE_ANSWER (78) when the answer is not an object */
export function record(value: unknown, procedure: string): Row {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row
  throw unexpected(procedure)
}

/** @throws Problem SERVICE_ANSWER (78) when the answer is not a list of objects */
export function records(value: unknown, procedure: string): Row[] {
  if (Array.isArray(value)) return value.map((one) => record(one, procedure))
  throw unexpected(procedure)
}

/** A name or an id, as text. @throws Problem SERVICE_ANSWER (78) when it is neither text nor a number */
export function text(value: unknown, procedure: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw unexpected(procedure)
}

function unexpected(procedure: string): Problem {
  return new Problem({
    code: 'SERVICE_ANSWER',
    message: `The server's answer to ${procedure} is not one that this superset understands.`,
    exit: EXIT.configuration,
    suggestions: ['Install the newest superset, and check SUPERSET_API_URL.'],
  })
}
