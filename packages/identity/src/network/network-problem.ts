import {EXIT, type ExitCode} from '../exit-codes.ts'
import {Problem} from '../problem.ts'
import {isNetworkFailure, type NetworkFailure} from './network-failure.ts'

const LATER = ['Check the network, then run the command again.']
const CORRECT_PROXY = ['Correct or unset the proxy variable, then run the command again.']
const ASK = ['Ask whoever runs the proxy, or name the host in NO_PROXY if it can be reached without one.']

type Failure = Pick<NetworkFailure, 'detail' | 'host' | 'status'> & {readonly kind: string}

/** What a person reads when a server could not be reached (rows 45-51) and nothing depends on the lost request. */
export function networkProblem(failure: Failure): Problem {
  const {host, detail, kind} = failure
  switch (kind) {
    case 'dns':
      return problem(failure, 'NETWORK_UNREACHABLE', `Cannot reach ${host} (DNS). You appear to be offline.`, LATER)
    case 'proxy':
      return problem(failure, 'NETWORK_PROXY', `Proxy ${detail} is not reachable.`, CORRECT_PROXY)
    case 'proxy-auth':
      return configuration(failure, 'NETWORK_PROXY_AUTH', `Your proxy ${detail} requires authentication.`, [
        'Put the user name and password into the proxy variable.',
      ])
    case 'proxy-refused':
      return problem(failure, 'NETWORK_PROXY', `The proxy ${detail}.`, ASK, exitOfProxy(failure.status ?? 0))
    case 'proxy-plain':
      return configuration(failure, 'NETWORK_PROXY', `The proxy ${detail} does not speak TLS.`, [
        'Write http:// in the place of https:// in the proxy variable.',
      ])
    case 'proxy-certificate':
      return configuration(failure, 'NETWORK_PROXY', `The certificate of the proxy ${detail} is not trusted here.`, [
        'Set NODE_EXTRA_CA_CERTS or SUPERSET_CA_FILE, or add it to the system store.',
      ])
    case 'proxy-setting':
    case 'proxy-unsupported':
      return configuration(failure, 'NETWORK_PROXY', detail, CORRECT_PROXY)
    case 'tls-plain':
      return configuration(failure, 'TLS_PLAIN', `${host} does not speak TLS there: plain http, it seems.`, [
        'Check the address: its port, and whether it begins with https.',
      ])
    case 'too-large':
      return problem(failure, 'NETWORK_TOO_LARGE', `${host} ${detail}.`, ['Check the address.'])
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
    throw isNetworkFailure(error) ? networkProblem(error) : error
  }
}

/** A proxy that says no has a reason, one that cannot is asked again later, and all else is a wrong address of ours. */
function exitOfProxy(status: number): ExitCode {
  if (status === 403 || status === 451) return EXIT.denied
  return status >= 500 || status === 408 || status === 429 ? EXIT.temporary : EXIT.configuration
}

function problem(
  cause: Failure,
  code: string,
  message: string,
  suggestions: readonly string[],
  exit: ExitCode = EXIT.temporary,
): Problem {
  return new Problem({code, message, exit, suggestions, retryable: exit === EXIT.temporary, cause})
}

function configuration(cause: Failure, code: string, message: string, suggestions: readonly string[]): Problem {
  return problem(cause, code, message, suggestions, EXIT.configuration)
}
