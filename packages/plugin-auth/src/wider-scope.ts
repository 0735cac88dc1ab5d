import {printable} from './network/answer.ts'

/** Row 41: what was granted beyond what was asked for, fit for a message. What is not known is not wider. */
export function scopesBeyond(asked: string | undefined, granted: string | undefined): readonly string[] {
  if (asked === undefined || granted === undefined) return []
  const known = new Set(asked.split(' '))
  return granted
    .split(' ')
    .filter((scope) => scope !== '' && !known.has(scope))
    .map((scope) => printable(scope, 60) ?? '?')
}
