import {BlockList, isIP} from 'node:net'
import type {NetworkEnvironment, Proxy} from '../env.ts'
import {hostOf, isLoopback} from './loopback.ts'

/** The proxy for this address, if any. Loopback never goes through one: credentials would leave the machine (51b). */
export function proxyFor(url: URL, environment: NetworkEnvironment): Proxy | undefined {
  const {proxy, noProxy} = environment
  if (!proxy || url.protocol !== 'https:') return undefined
  const host = hostOf(url)
  if (isLoopback(host)) return undefined
  return isExcepted(host, url.port || '443', noProxy) ? undefined : proxy
}

/**
 * `NO_PROXY` as curl and Go read it: `*`, `host`, `.suffix`, `*.suffix`, each with an optional `:port`; a name stands
 * for what is below it, too. Addresses may be given as CIDR blocks.
 */
function isExcepted(host: string, port: string, noProxy: string): boolean {
  return noProxy
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => entry === '*' || matches(entry.toLowerCase(), host.toLowerCase(), port))
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) return isWithin(entry, host)
  const [, name = entry, only] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? []
  if (only !== undefined && only !== port) return false
  const bare = name.replace(/^\[|\]$/g, '')
  if (isIP(bare)) return bare === host
  const suffix = bare.replace(/^\*?\./, '')
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`))
}

function isWithin(block: string, host: string): boolean {
  const [network = '', bits = ''] = block.split('/')
  const version = isIP(network)
  if (version === 0 || isIP(host) !== version || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (version === 4 ? 32 : 128)) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(network, Number(bits), family)
  return list.check(host, family)
}

export interface ProxyAddress {
  readonly host: string
  readonly port: number
  /** True when the proxy itself is spoken to over TLS. */
  readonly secure: boolean
  /** RFC 9110 11.7.2, from the user name and password in the variable. */
  readonly authorization?: string
  /** For messages: without user name and password. */
  readonly label: string
}

/** @returns `undefined` for what is not the address of an HTTP proxy */
export function parseProxy(proxy: Proxy): ProxyAddress | undefined {
  const text = proxy.url.includes('://') ? proxy.url : `http://${proxy.url}`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const secure = url.protocol === 'https:'
  const port = Number(url.port || (secure ? 443 : 80))
  const credentials = `${decode(url.username)}:${decode(url.password)}`
  return {
    host: hostOf(url),
    port,
    secure,
    ...(url.username && {authorization: `Basic ${Buffer.from(credentials).toString('base64')}`}),
    label: `${url.hostname}:${port} (from ${proxy.variable})`,
  }
}

/** A stray `%` in a password is taken as it stands. */
function decode(text: string): string {
  return /%(?![0-9a-f]{2})/i.test(text) ? text : decodeURIComponent(text)
}
