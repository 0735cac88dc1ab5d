import {createHash} from 'node:crypto'

/** Names a token without giving it away: SHA-256, base64url. Empty for no token. */
export function digestOf(token: string | undefined): string {
  return token === undefined || token === '' ? '' : createHash('sha256').update(token).digest('base64url')
}
