import {
  certificateVariables,
  type Check,
  isProblem,
  networkEnvironment,
  type NetworkEnvironment,
} from '@superset/identity'
import {
  isLoopback,
  hostOf,
  isNetworkFailure,
  networkProblem,
  proxyFor,
  trustAuthorities,
  trustCertificates,
} from '@superset/identity/network'
import {lookup} from 'node:dns/promises'
import {isIP} from 'node:net'
import {within} from '../identity/deadline.ts'
import {failedCheck} from '../service/reachability.ts'

const DNS_MS = 5000

/** What requests to this address meet before they leave: proxy, certificates, the name. Sends nothing but the question for the name. */
export async function examineWayOut(address: string): Promise<readonly Check[]> {
  const url = new URL(address)
  const environment = networkEnvironment()
  const proxy = tried('proxy', () => sayProxy(url, environment))
  const certificates = tried('certificates', () => sayCertificates(url, environment))
  return [proxy, certificates, ...(proxy.outcome === 'pass' ? await examineName(url, environment) : [])]
}

function sayProxy(url: URL, environment: NetworkEnvironment): Check {
  const {host} = url
  const proxy = proxyFor(url, environment)
  if (proxy) return pass('proxy', `Requests to ${host} go through ${proxy.label}.`)
  const set = url.protocol === 'https:' ? environment.https : environment.http
  const why = !set ? 'no proxy is set' : isLoopback(hostOf(url)) ? 'it is this machine' : 'NO_PROXY names it'
  return pass('proxy', `Requests to ${host} go there directly: ${why}.`)
}

function sayCertificates(url: URL, {caFile, tlsUnchecked}: NetworkEnvironment): Check {
  // Reading those of the system takes time, and plain http asks nobody for one.
  if (url.protocol === 'https:') trustCertificates(caFile)
  else if (caFile !== undefined) trustAuthorities(caFile)
  if (tlsUnchecked) {
    const message =
      'NODE_TLS_REJECT_UNAUTHORIZED=0 is set: nobody’s certificate is checked, and no credential leaves this machine.'
    const suggestions = ['Unset NODE_TLS_REJECT_UNAUTHORIZED; for a private authority set SUPERSET_CA_FILE.']
    return {name: 'certificates', outcome: isLoopback(hostOf(url)) ? 'warn' : 'fail', message, suggestions}
  }

  const more = [...(caFile === undefined ? [] : [`SUPERSET_CA_FILE (${caFile})`]), ...certificateVariables()]
  return pass(
    'certificates',
    `Trusted are the authorities of Node and of this system${more.map((one) => `, ${one}`).join('')}.`,
  )
}

/** Through a proxy it is the proxy that looks up the name. */
async function examineName(url: URL, environment: NetworkEnvironment): Promise<readonly Check[]> {
  const host = hostOf(url)
  if (isIP(host) !== 0 || isLoopback(host) || proxyFor(url, environment)) return []
  const late = Object.assign(new Error('no answer'), {code: 'ETIMEOUT'})
  try {
    const found = await within(DNS_MS, () => lookup(host, {all: true}), late)
    return [pass('dns', `${host} is ${found.map(({address}) => address).join(', ')}.`)]
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const message = `The name ${host} cannot be looked up (${code}): you are offline, or the name is wrong.`
    const suggestions = ['Check the network and its DNS server, and SUPERSET_API_URL.']
    return [{name: 'dns', outcome: 'fail', message, suggestions}]
  }
}

function tried(name: string, say: () => Check): Check {
  try {
    return say()
  } catch (error) {
    if (isNetworkFailure(error)) return failedCheck(networkProblem(error), name)
    if (isProblem(error)) return failedCheck(error, name)
    throw error
  }
}

function pass(name: string, message: string): Check {
  return {name, outcome: 'pass', message}
}
