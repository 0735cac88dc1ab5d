import {EXIT, Problem, type Source, variableOf} from '@superset/identity'
import type {Policy} from './policy.ts'

/** `policy /etc/superset/policy.json: login.issuer` */
export function place({file}: Pick<Policy, 'file'>, key: string): string {
  return `policy ${file}: ${key}`
}

export interface Refusal {
  readonly policy: Pick<Policy, 'file'>
  /** The key that forbids it, such as `login.issuer`. */
  readonly key: string
  /** What the organisation wants: the rest of "Your organisation …". */
  readonly rule: string
  /** What was refused, as a sentence. */
  readonly what?: string
  readonly suggestions?: readonly string[]
}

/** Row 87: always before any network, and always with file and key. */
export function policyRefusal({policy, key, rule, what, suggestions = []}: Refusal): Problem {
  return new Problem({
    code: 'POLICY_REFUSED',
    message: `Your organisation ${rule} (${place(policy, key)}).${what === undefined ? '' : ` ${what}`}`,
    exit: EXIT.denied,
    suggestions: [...suggestions, 'Or ask your administrator.'],
  })
}

/** A policy that is there and cannot be used stops everything: who could write it wrong could else switch it off. */
export function unusable(code: 'INVALID' | 'UNREADABLE' | 'UNTRUSTED', file: string, why: string): Problem {
  return new Problem({
    code: `POLICY_${code}`,
    message: `The policy of this machine cannot be used: ${file} ${why}.`,
    exit: EXIT.configuration,
    suggestions: ['Ask your administrator to correct it; nothing else works until then.', 'Run `superset doctor`.'],
  })
}

/** How somebody takes back a choice. */
export function undo(source: Source, flag: string): string {
  const variable = variableOf(source)
  if (variable !== undefined) return `Unset ${variable}.`
  if (source === 'flag') return `Leave out --${flag}.`
  if (source === 'stored') return 'Run `superset auth logout`, then sign in again.'
  return source === 'profile' ? 'Use another profile, or correct the settings of this one.' : 'Correct your settings.'
}
