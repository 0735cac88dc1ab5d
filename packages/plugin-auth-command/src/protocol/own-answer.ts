import type {Answer, Credential} from './credential.ts'
import {type Fields, instantOf, isAbsent, isToken} from './fields.ts'

const NAMES = ['issuer', 'subject', 'account'] as const

/** `{"version": 1, "token", "scheme"?, "expiresAt"?, "issuer"?, "subject"?, "account"?}`; other fields are left alone. */
export function readOwn(fields: Fields): Answer {
  const {expiresAt, scheme, token, version} = fields
  if (version !== 1)
    return Number.isInteger(version) && Math.abs(Number(version)) < 1000
      ? {kind: 'version', speaks: `version ${Number(version)}`, knows: '1'}
      : fault('printed a `version` that is no whole number')
  if (!isToken(token)) return fault('printed no `token`, or one with characters that no credential has')
  if (!isAbsent(scheme) && scheme !== 'bearer' && scheme !== 'api-key')
    return fault('printed a `scheme` other than bearer and api-key')
  const expires = instantOf(expiresAt)
  if (!isAbsent(expiresAt) && !expires)
    return fault('printed an `expiresAt` that is no ISO 8601 instant with its zone, such as 2026-01-31T12:00:00Z')
  const names: {-readonly [Name in (typeof NAMES)[number]]?: string} = {}
  for (const name of NAMES) {
    const value = fields[name]
    if (isAbsent(value)) continue
    if (typeof value !== 'string') return fault(`printed a \`${name}\` that is no text`)
    names[name] = value
  }

  const credential: Credential = {token, scheme: scheme ?? 'bearer', ...names, ...(expires && {expiresAt: expires})}
  return {kind: 'credential', credential}
}

function fault(text: string): Answer {
  return {kind: 'fault', fault: text}
}
