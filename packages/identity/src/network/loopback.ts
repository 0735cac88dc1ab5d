import {BlockList, isIP} from 'node:net'

let addresses: BlockList | undefined

/** The host of a URL without the brackets of an IPv6 literal. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
}

/** True for this machine itself: 127/8, ::1, `localhost` and what ends in it (RFC 6761 6.3). */
export function isLoopback(host: string): boolean {
  const version = isIP(host)
  if (version !== 0) return loopback().check(host, version === 4 ? 'ipv4' : 'ipv6')
  const name = host.toLowerCase().replace(/\.$/, '')
  return name === 'localhost' || name.endsWith('.localhost')
}

/** Credentials travel over https, or over http within this machine. */
export function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(hostOf(url)))
}

/** Made when it is first asked for: most starts of the program need none. */
function loopback(): BlockList {
  if (addresses) return addresses
  addresses = new BlockList()
  addresses.addSubnet('127.0.0.0', 8, 'ipv4')
  addresses.addAddress('::1', 'ipv6')
  return addresses
}
