import {isSecure} from '@superset/identity'
/** Why a text cannot be a web address that credentials may go to; `undefined`: it can. */
export function faultOfAddress(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'must be an http(s) address'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  if (!isSecure(url)) return 'must use https; http is for this machine (127.0.0.1, localhost) only'
  return undefined
}

export function faultOfOrigin(text: string, example: string): string | undefined {
  const fault = faultOfAddress(text)
  if (fault) return fault
  const {hash, pathname, search} = new URL(text)
  const isOrigin = pathname === '/' && search === '' && hash === '' && !text.endsWith('?')
  return isOrigin ? undefined : `must be an origin without a path, such as ${example}`
}

/** RFC 8414 2: neither a query nor a fragment. */
export function faultOfIssuer(text: string): string | undefined {
  return faultOfAddress(text) ?? (/[?#]/.test(text) ? 'must have neither a query nor a fragment' : undefined)
}
