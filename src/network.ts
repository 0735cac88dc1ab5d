import {EXIT, Problem} from '@superset/identity'
import {readFileSync} from 'node:fs'
import http from 'node:http'
import tls from 'node:tls'
import type {NetworkEnvironment} from './env.ts'

/**
 * Loopback never goes through a proxy: sign-in answers and this machine's services are there. `fetch` and `node:http`
 * read the list differently: only the former knows `[::1]`, only the latter ranges and `::1`. For `fetch` the addresses that our own variables name
 * are added one by one.
 */
const LOOPBACK = ['localhost', '127.0.0.1', '127.0.0.0-127.255.255.255', '::1', '[::1]']

/**
 * Makes `fetch` and `node:http` of this process use the proxy and the certification authorities that the environment names.
 * @throws Problem CONFIG_* (78)
 */
export function configureNetwork({caFile, loopbackHosts, noProxy, proxies}: NetworkEnvironment): void {
  if (caFile !== undefined) trust(caFile)
  // `*` counts only where it stands alone.
  if (Object.keys(proxies).length === 0 || noProxy === '*') return
  const exceptions = [noProxy, ...LOOPBACK, ...loopbackHosts].filter((one) => one !== '').join(',')
  try {
    http.setGlobalProxyFromEnv({...proxies, no_proxy: exceptions, NO_PROXY: exceptions})
  } catch (error) {
    const names = Object.keys(proxies).join(', ')
    throw new Problem({
      code: 'CONFIG_PROXY',
      message: `The proxy address in ${names} cannot be used.`,
      exit: EXIT.configuration,
      suggestions: [`Set it to an address such as http://proxy.example.com:8080, or unset ${names}.`],
      cause: error,
    })
  }
}

/** Also what this system trusts, such as an organisation's own authority. Reading that takes time: right before a connection. */
export function trustSystem(): void {
  tls.setDefaultCACertificates([...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])])
}

function trust(file: string): void {
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(file, 'utf8')])
  } catch (error) {
    throw new Problem({
      code: 'CONFIG_CA_FILE',
      message: `SUPERSET_CA_FILE names ${file}, which cannot be used as a file of PEM certificates.`,
      exit: EXIT.configuration,
      suggestions: ['Correct or unset SUPERSET_CA_FILE.'],
      cause: error,
    })
  }
}
