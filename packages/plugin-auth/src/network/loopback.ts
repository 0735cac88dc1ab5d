import {BlockList, isIP} from 'node:net'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** The host of a URL without the brackets of an IPv6 literal. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
}

/** True for this machine itself: 127/8, ::1, `localhost` and what ends in it (RFC 6761 6.3). */
export function isLoopback(host: string): boolean {
  const version = isIP(host)
  if (version !== 0) return LOOPBACK.check(host, version === 4 ? 'ipv4' : 'ipv6')
  const name = host.toLowerCase().replace(/\.$/, '')
  return name === 'localhost' || name.endsWith('.localhost')
}

/** Credentials travel over https, or over http within this machine. */
export function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(hostOf(url)))
}
