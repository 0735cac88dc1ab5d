import {EXIT, type ExitCode, Problem} from '@superset/identity'
import {NetworkFailure} from './network-failure.ts'

const LATER = ['Check the network, then run the command again.']

/** What a person reads when a server could not be reached (rows 45-51) and nothing depends on the lost request. */
export function networkProblem(failure: NetworkFailure): Problem {
  const {host, detail, kind} = failure
  switch (kind) {
    case 'dns':
      return problem(failure, 'NETWORK_UNREACHABLE', `Cannot reach ${host} (DNS). You appear to be offline.`, LATER)
    case 'proxy':
      return problem(failure, 'NETWORK_PROXY', `Proxy ${detail} is not reachable.`, [
        'Correct or unset the proxy variable, then run the command again.',
      ])
    case 'proxy-auth':
      return configuration(failure, 'NETWORK_PROXY_AUTH', `Your proxy ${detail} requires authentication.`, [
        'Put the user name and password into the proxy variable.',
      ])
    case 'tls-unknown-ca':
      return configuration(
        failure,
        'TLS_UNTRUSTED',
        `Certificate of ${host} is signed by ${detail}, unknown here. Corporate proxy?`,
        ['Set NODE_EXTRA_CA_CERTS or SUPERSET_CA_FILE, or add it to the system store.'],
      )
    case 'tls-invalid':
      return configuration(failure, 'TLS_INVALID', `Certificate of ${host} is not valid: ${detail}.`, [
        'Check the clock of this machine, and the address.',
      ])
    case 'tls':
      return configuration(failure, 'TLS_INVALID', `No secure connection to ${host} (${detail}).`, [
        'Check the address and the proxy.',
      ])
    case 'insecure':
      return configuration(failure, 'TLS_INSECURE', detail, [
        'Use https, and SUPERSET_CA_FILE for a certificate authority of your own.',
      ])
    default:
      return problem(failure, 'NETWORK_UNREACHABLE', `Cannot reach ${host} (${detail}).`, LATER)
  }
}

/** Runs `work`; its network failures become Problems. */
export async function tellingNetworkProblems<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof NetworkFailure ? networkProblem(error) : error
  }
}

function problem(
  cause: NetworkFailure,
  code: string,
  message: string,
  suggestions: readonly string[],
  exit: ExitCode = EXIT.temporary,
): Problem {
  return new Problem({code, message, exit, suggestions, retryable: exit === EXIT.temporary, cause})
}

function configuration(cause: NetworkFailure, code: string, message: string, suggestions: readonly string[]): Problem {
  return problem(cause, code, message, suggestions, EXIT.configuration)
}
