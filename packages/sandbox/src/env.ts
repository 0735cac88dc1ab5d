import {env} from 'node:process'
import {ADMIN_EMAIL, PASSWORD} from './credentials.ts'

/** How the stand-alone browser behaves; the address to open is its only argument, as for any `BROWSER`. */
export interface BrowserSettings {
  readonly user: {readonly email: string; readonly password: string}
  readonly organization?: string
  readonly deny: boolean
  readonly follow: boolean
}

/**
 * Reads `SANDBOX_EMAIL`, `SANDBOX_PASSWORD`, `SANDBOX_ORGANIZATION` (id or slug), `SANDBOX_DECISION` (`allow`, `deny`)
 * and `SANDBOX_FOLLOW` (`yes`, `no`). By default the seeded administrator allows everything.
 */
export function browserSettings(): BrowserSettings {
  const organization = env['SANDBOX_ORGANIZATION']
  return {
    user: {email: env['SANDBOX_EMAIL'] ?? ADMIN_EMAIL, password: env['SANDBOX_PASSWORD'] ?? PASSWORD},
    ...(organization ? {organization} : {}),
    deny: env['SANDBOX_DECISION'] === 'deny',
    follow: env['SANDBOX_FOLLOW'] !== 'no',
  }
}
