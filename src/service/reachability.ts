import {type Check, isProblem, waitFor} from '@superset/identity'
import {lightFetch, readAnswer} from '@superset/identity/network'
import {answerFault, networkFault, parseAnswer} from './fault.ts'
import {serviceProblem} from './problem.ts'

const TIMEOUT_MS = 10_000
const MOST_BYTES = 1024 ** 2
const TOLERATED_SKEW_MS = 5 * 60_000

/** Whether the service's API answers, and what time it says it is. Sends no credential. */
export async function checkNetwork(apiUrl: string, timeoutMs = TIMEOUT_MS): Promise<Check[]> {
  const {host} = new URL(apiUrl)
  using _waiting = waitFor(host)
  const call = {
    procedure: 'user.me',
    mutation: false,
    session: {apiUrl, profile: '', scheme: 'bearer', source: 'default'},
  } as const
  try {
    const response = await lightFetch(new URL('/api/trpc/user.me', apiUrl), {
      method: 'GET',
      headers: {},
      signal: AbortSignal.timeout(timeoutMs),
    })
    const body = parseAnswer(await readAnswer(response, MOST_BYTES, host))
    const fault = answerFault(response, body)
    // The service refuses who does not say who he is: that is the answer which shows that it is there.
    if (!fault || (fault.kind === 'refused' && fault.status < 500)) {
      return [
        {name: 'network', outcome: 'pass', message: `${host} answers.`},
        clock(host, response.headers.get('date')),
      ]
    }

    return [failedCheck(serviceProblem(fault, call))]
  } catch (error) {
    if (isProblem(error)) return [failedCheck(error)]
    const fault = networkFault(error)
    if (!fault) throw error
    return [failedCheck(serviceProblem(fault, call))]
  }
}

export function failedCheck(
  {message, suggestions}: {readonly message: string; readonly suggestions: readonly string[]},
  name = 'network',
): Check {
  return {name, outcome: 'fail', message, suggestions: suggestions.filter((next) => !next.includes('doctor'))}
}

function clock(host: string, date: string | null): Check {
  const theirs = Date.parse(date ?? '')
  if (Number.isNaN(theirs)) return {name: 'clock', outcome: 'skip', message: `${host} does not say what time it is.`}
  const offMs = Date.now() - theirs
  if (Math.abs(offMs) <= TOLERATED_SKEW_MS)
    return {name: 'clock', outcome: 'pass', message: 'This machine and the service agree.'}
  const direction = offMs > 0 ? 'ahead of' : 'behind'
  const message = `This machine's clock is ${spanOf(Math.abs(offMs))} ${direction} that of ${host}: tokens seem to be expired, or not valid yet.`
  return {name: 'clock', outcome: 'fail', message, suggestions: ['Set the clock, best by NTP.']}
}

/** In the greatest unit of which there are two, to be read at a glance. */
function spanOf(ms: number): string {
  const units = [
    ['days', 86_400_000],
    ['hours', 3_600_000],
    ['minutes', 60_000],
  ] as const
  const [name, length] = units.find(([, one]) => ms >= 2 * one) ?? ['minutes', 60_000]
  return `${Math.round(ms / length)} ${name}`
}
