import {hostOf, isLoopback} from '@superset/identity/network'

/**
 * Whether the page of the device grant (RFC 8628 3.2) is the issuer's own: https (http on loopback), on the issuer's host
 * or a sub-domain of it, at the issuer's port or the usual one. Not on a sibling: below a domain that hosts many
 * customers, the sibling is somebody else. Hosts that the settings name count, too, each with nothing below it.
 * @returns the address as it may be shown, or `undefined`
 */
export function verificationAddress(text: string, issuer: string, hosts: readonly string[]): string | undefined {
  const url = URL.parse(text)
  const home = new URL(issuer)
  if (!url || url.username !== '' || url.password !== '') return undefined
  // On this machine another port is another program.
  if (isLoopback(hostOf(url))) return url.origin === home.origin ? url.href : undefined
  if (url.protocol !== 'https:' || isLoopback(hostOf(home))) return undefined
  if (hosts.includes(url.hostname) && url.port === '') return url.href
  const isOurs = url.hostname === home.hostname || url.hostname.endsWith(`.${home.hostname}`)
  return isOurs && (url.port === '' || url.port === home.port) ? url.href : undefined
}

/** What a server wrote, as a terminal may show it: nothing that moves the cursor or turns the text around. */
export function shown(text: string, maxLength: number): string {
  const clean = text.replaceAll(/\p{C}+/gu, '').trim()
  return clean.length > maxLength ? `${clean.slice(0, maxLength - 1)}…` : clean
}
