import {networkEnvironment, type Problem, reasonOf, userAgent} from '@superset/identity'
import {
  hostOf,
  isLoopback,
  isNetworkFailure,
  NetworkFailure,
  networkProblem,
  proxyFor,
  type ProxyAddress,
  trustCertificates,
} from '@superset/identity/network'
import {npmProblem} from './problems.ts'

/** What npm's agent asks, and npm's own settings with it. */
type GetProxy = (address: string | URL, settings: {readonly proxy?: unknown; readonly noProxy?: unknown}) => URL | null

/** An error of ours on its way through npm. */
const SETTING = 'ESUPERSETPROXY'
/** How npm calls a connection that did not come about, and an answer that a proxy can give as well. */
const NO_CONNECTION = /^(?:EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ETIMEDOUT|FETCH_ERROR)$/
const ANSWERED = /^E(?:403|404|407|5\d\d)$/

export const NPM_USER_AGENT = `${userAgent()} npm/{npm-version}`

/**
 * npm reads proxy variables in a way of its own. It gets the judgement that every other connection has, in the place where
 * it asks for its own; settings of an .npmrc are for npm alone, and go before variables. To be called before npm's
 * modules are loaded. @throws Problem NETWORK_CA_FILE (78)
 */
export function steerNpm(ofNpm: NodeJS.Require): void {
  trustCertificates(networkEnvironment().caFile)
  const theirs = ofNpm('@npmcli/agent/lib/proxy.js') as {getProxy: GetProxy}
  theirs.getProxy = (address, {noProxy, proxy}) => {
    const own = typeof proxy === 'string' && proxy !== '' ? {url: proxy, variable: "npm's proxy setting"} : undefined
    const exceptions = typeof noProxy === 'string' && noProxy !== '' ? {noProxy} : {}
    try {
      const found = proxyFor(new URL(address), {
        ...networkEnvironment(),
        ...(own && {http: own, https: own}),
        ...exceptions,
      })
      return found ? new URL(found.href) : null
    } catch (error) {
      throw isNetworkFailure(error) ? Object.assign(new Error(error.detail), {code: SETTING}) : error
    }
  }
}

/** What npm failed with; where the way led through a proxy, that is named. */
export function npmFault(
  code: string,
  summary: string,
  details: {readonly cause?: unknown; readonly minimumAgeDays?: number | undefined} = {},
): Problem {
  const [address = ''] = /https?:\/\/[^\s,;"']+/.exec(summary.slice(0, 10_000)) ?? []
  const url = URL.parse(address)
  const host = url ? hostOf(url) : 'the registry'
  const failure = (kind: 'proxy' | 'proxy-auth' | 'proxy-unsupported', detail: string): Problem =>
    networkProblem(new NetworkFailure({phase: 'not-sent', kind, host, detail, cause: details.cause}))
  if (code === SETTING) return failure('proxy-unsupported', `${reasonOf(summary)}.`)
  const proxy = url && proxyOf(url)
  if (!proxy) return npmProblem(code, summary, details)
  if (NO_CONNECTION.test(code)) return failure('proxy', proxy.label)
  if (code === 'E407') return failure('proxy-auth', proxy.label)
  const way = ANSWERED.test(code) ? ` (or the proxy ${proxy.label} on the way there)` : ''
  return npmProblem(code, `${reasonOf(summary)}${way}`, details)
}

function proxyOf(url: URL): ProxyAddress | undefined {
  if (isLoopback(hostOf(url))) return undefined
  try {
    return proxyFor(url, networkEnvironment())
  } catch (error) {
    if (isNetworkFailure(error)) return undefined
    throw error
  }
}
