import {BlockList, isIP} from 'node:net'
import type {NetworkEnvironment, Proxy} from '../env.ts'
import {hostOf, isLoopback} from './loopback.ts'
import {NetworkFailure} from './network-failure.ts'

/** Where a proxy is, and what it is told of who asks. */
export interface ProxyAddress {
  readonly host: string
  readonly port: number
  /** True when the proxy itself is spoken to over TLS. */
  readonly secure: boolean
  /** RFC 9110 11.7.2, from the user name and password in the variable. */
  readonly authorization?: string
  /** For messages: without user name and password. */
  readonly label: string
  /** A whole address, as `URL` writes it; may hold a user name and a password. */
  readonly href: string
}

/**
 * The one judgement of proxies: which one leads to this address, if any. Loopback never goes through one, for credentials
 * would leave the machine (row 51b).
 * @throws NetworkFailure of kind `proxy-unsupported` (SOCKS) or `proxy-setting` for what is not the address of an HTTP proxy
 */
export function proxyFor(url: URL, {http, https, noProxy}: NetworkEnvironment): ProxyAddress | undefined {
  const proxy = url.protocol === 'https:' ? https : http
  const host = hostOf(url)
  if (!proxy || isLoopback(host) || isExcepted(url, noProxy)) return undefined
  return parseProxy(proxy, host)
}

/**
 * `NO_PROXY`: entries parted by commas or blanks, each a name, which stands for what is below it, too (a leading `.` or
 * `*.` changes nothing), an address, or a block of addresses (CIDR), all with an optional `:port`; `*` is everything.
 */
function isExcepted(url: URL, noProxy: string): boolean {
  const host = hostOf(url).toLowerCase().replace(/\.$/, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return noProxy
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => matches(entry.toLowerCase(), host, port))
}

/** A whole name or address, or one in brackets, and what may follow it. */
const ENTRY = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/

function matches(entry: string, host: string, port: string): boolean {
  // An IPv6 address without brackets has colons of its own, and no port.
  const [, bracketed, plain = entry, only] = ENTRY.exec(entry) ?? []
  if (only !== undefined && only !== port) return false
  const name = bracketed ?? plain
  if (name === '*') return true
  const [address = '', bits] = name.replace(/%[^/]*/, '').split('/')
  if (isIP(address)) return isWithin(address, bits, host)
  const suffix = name.replace(/^\*?\./, '').replace(/\.$/, '')
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`))
}

function isWithin(address: string, bits: string | undefined, host: string): boolean {
  const [version, widest] = isIP(address) === 4 ? (['ipv4', 32] as const) : (['ipv6', 128] as const)
  if (isIP(host) === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)) || Number(bits ?? 0) > widest) return false
  const list = new BlockList()
  list.addSubnet(address, Number(bits ?? widest), version)
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6')
}

/** @throws NetworkFailure of kind `proxy-unsupported` or `proxy-setting` for what is not the address of an HTTP proxy */
export function parseProxy({url: given, variable}: Proxy, host: string): ProxyAddress {
  const url = URL.parse(given.includes('://') ? given : `http://${given}`)
  const unusable = (kind: 'proxy-setting' | 'proxy-unsupported', detail: string): NetworkFailure =>
    new NetworkFailure({phase: 'not-sent', kind, host, detail})
  if (/^socks\w*:/i.test(given)) throw unusable('proxy-unsupported', `SOCKS proxies are not supported (${variable}).`)
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw unusable('proxy-setting', `${variable} is not the address of an HTTP proxy.`)
  const secure = url.protocol === 'https:'
  const port = Number(url.port || (secure ? 443 : 80))
  const credentials = `${decode(url.username)}:${decode(url.password)}`
  return {
    host: hostOf(url),
    port,
    secure,
    ...(url.username && {authorization: `Basic ${Buffer.from(credentials).toString('base64')}`}),
    label: `${url.hostname}:${port} (from ${variable})`,
    href: url.href,
  }
}

/** A stray `%`, or bytes that are no text, in a password are taken as they stand. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}
