import {randomBytes} from 'node:crypto'

import type {Binding, Tokens} from '../../src/model.ts'
import type {KeySource} from '../../src/store/sealed/session-key.ts'

export const API = 'https://api.superset.test'

export const DEFAULTS = {apiUrl: API, clientId: 'superset-cli'}

export function bindingFor(profile = 'default', change: Partial<Binding> = {}): Binding {
  return {profile, issuer: API, apiUrl: API, clientId: 'superset-cli', resource: API, replayPolicy: 'user', ...change}
}

export function tokensFor(name: string, change: Partial<Tokens> = {}): Tokens {
  return {
    accessToken: `access-${name}`,
    refreshToken: `refresh-${name}`,
    expiresAt: 1_900_000_000_000,
    lifetimeMs: 604_800_000,
    clockOffsetMs: 0,
    receivedAt: 1_899_395_200_000,
    ...change,
  }
}

/** A storage key of its own for each test: what one test seals, no other can open. */
export function newKeys(): KeySource & {readonly kind: 'variable'} {
  return {kind: 'variable', name: 'SUPERSET_STORAGE_KEY', value: randomBytes(32).toString('hex')}
}

/** An unsigned access token with these claims: enough for code that only peeks. */
export function jwt(claims: Record<string, unknown>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({alg: 'RS256'})}.${part(claims)}.c2lnbmF0dXJl`
}
