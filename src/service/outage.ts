import {EXIT, Problem} from '@superset/identity'
import {type Fault, ServiceFault} from './fault.ts'
import {isTemporary} from './retry.ts'

export interface ProcedureCall {
  readonly procedure: string
  readonly mutation: boolean
  /** For a mutation: the command that shows whether it was carried out. */
  readonly check?: string
}

/** Who was asked. */
export interface Place {
  /** As messages name it. */
  readonly host: string
  /** The variable that says where it is, if there is one. */
  readonly variable?: string
  /** As a sentence begins with it; the service, unless told otherwise. */
  readonly subject?: string
}

/** The answer of whom was asked: an error of its own. */
export type Refusal = Fault & {readonly kind: 'refused'}

/** That there was no answer, or none of whom was asked (fault rows 97-100, 104). */
export function outageProblem(fault: Exclude<Fault, Refusal>, call: ProcedureCall, place: Place): Problem {
  const {host} = place
  switch (fault.kind) {
    case 'unsent': {
      return unreachable(fault, place)
    }

    case 'barred': {
      return fault.problem
    }

    case 'too-large': {
      return tooLarge(fault, call, place)
    }

    case 'lost': {
      return unavailable(`${host}: ${fault.reason}`, fault, call, place)
    }

    case 'redirected': {
      return configuration(
        'SERVICE_REDIRECTED',
        `${host} answered with a redirect (HTTP ${fault.status}), which is not followed with a credential.`,
        place.variable === undefined
          ? 'Ask whoever runs it.'
          : `Set ${place.variable} to the address that it redirects to, if you trust it.`,
      )
    }

    case 'foreign': {
      return foreign(fault, call, place)
    }
  }
}

/** What a refusal says of the server more than of the question; `undefined` when it is about the question. */
export function serverProblem(fault: Refusal, call: ProcedureCall, place: Place): Problem | undefined {
  const {message, status} = fault
  if (status === 429) return tooMany(fault)
  if (status === 405 || (status === 404 && /no procedure found/i.test(message))) return unknownProcedure(call, place)
  return isTemporary(status) ? unavailable(`HTTP ${status} from ${place.host}`, fault, call, place) : undefined
}

function unreachable({reason, tls}: Fault & {kind: 'unsent'}, {host, variable}: Place): Problem {
  return tls
    ? new Problem({
        code: 'SERVICE_TLS',
        message: `Cannot reach ${host}: its certificate is not trusted (${reason}).`,
        exit: EXIT.configuration,
        suggestions: ['If your organization inspects TLS, set SUPERSET_CA_FILE to the file of its certificates.'],
      })
    : new Problem({
        code: 'SERVICE_UNREACHABLE',
        message: `Cannot reach ${host}: ${reason}. Nothing was sent.`,
        exit: EXIT.temporary,
        retryable: true,
        suggestions: [
          variable === undefined
            ? 'Check the network and the proxy variables.'
            : `Check the network, the proxy variables and ${variable}.`,
          'Run `superset doctor` for details.',
        ],
      })
}

/** @param reason in brackets behind what is the matter */
export function unavailable(
  reason: string,
  fault: Fault,
  call: ProcedureCall,
  {subject = 'The service'}: Pick<Place, 'subject'>,
): Problem {
  const {retryAfterSeconds} = 'status' in fault && 'retryAfterSeconds' in fault ? fault : {}
  if (call.mutation) {
    return new Problem({
      code: OUTCOME_UNKNOWN,
      message: `${subject} is temporarily unavailable (${reason}). The change may or may not have been made.`,
      exit: EXIT.temporary,
      suggestions: [checkFirst(call) ?? 'Check before you try again.'],
      cause: new ServiceFault(fault),
    })
  }

  return new Problem({
    code: 'SERVICE_UNAVAILABLE',
    message: `${subject} is temporarily unavailable (${reason}).`,
    exit: EXIT.temporary,
    retryable: true,
    ...(retryAfterSeconds !== undefined && {retryAfterSeconds}),
    suggestions: ['Try again in a while.'],
  })
}

/** The code of a mutation that may have been carried out. */
export const OUTCOME_UNKNOWN = 'SERVICE_OUTCOME_UNKNOWN'

/**
 * The words of whom was asked, for whoever knows better what they mean than "temporarily unavailable".
 * @returns `undefined` where there was no such answer
 */
export function wordsOf({cause}: Problem): string | undefined {
  return cause instanceof ServiceFault && cause.fault.kind === 'refused' ? cause.fault.message : undefined
}

function checkFirst({check}: ProcedureCall): string | undefined {
  return check === undefined ? undefined : `Check with \`${check}\` before you try again.`
}

/** Row 104. To ask again would bring as much again. */
function tooLarge({reason}: Fault & {kind: 'too-large'}, call: ProcedureCall, {host, variable}: Place): Problem {
  const first = checkFirst(call)
  return new Problem({
    code: 'SERVICE_TOO_LARGE',
    message: `${host} ${reason}.${call.mutation ? ' The change may or may not have been made.' : ''}`,
    exit: EXIT.temporary,
    suggestions: [
      ...(first === undefined ? [] : [first]),
      variable === undefined ? 'Ask for less at once.' : `Check ${variable}, or ask for less at once.`,
    ],
  })
}

function foreign(fault: Fault & {kind: 'foreign'}, call: ProcedureCall, place: Place): Problem {
  const {host, variable} = place
  const {status, requestId} = fault
  if (status === 429) return tooMany(fault)
  if (status === 403) {
    return new Problem({
      code: 'SERVICE_BLOCKED',
      message: `Blocked with 403 before reaching the service (request id ${requestId ?? 'unknown'}).`,
      exit: EXIT.denied,
      suggestions: ['Ask whoever runs your network or proxy.'],
    })
  }

  if (status === 407) {
    return configuration(
      'SERVICE_PROXY',
      `The proxy on the way to ${host} requires authentication.`,
      'Put the user name and password into HTTPS_PROXY.',
    )
  }

  if (isTemporary(status)) return unavailable(`HTTP ${status} from ${host}`, fault, call, place)
  if (status === 200)
    return unavailable(`a web page instead of data from ${host}: captive portal or proxy?`, fault, call, place)
  return configuration(
    'SERVICE_NOT_FOUND',
    variable === undefined
      ? `${host} is not what it should be (HTTP ${status}).`
      : `${host} is not the service's API (HTTP ${status}).`,
    variable === undefined ? 'Ask whoever runs it.' : `Check ${variable}.`,
  )
}

function tooMany({retryAfterSeconds}: {readonly retryAfterSeconds?: number}): Problem {
  const later = retryAfterSeconds === undefined ? 'retry later' : `retry after ${retryAfterSeconds} s`
  return new Problem({
    code: 'SERVICE_TOO_MANY_REQUESTS',
    message: `Too many requests; ${later}. Nothing was changed.`,
    exit: EXIT.temporary,
    retryable: true,
    ...(retryAfterSeconds !== undefined && {retryAfterSeconds}),
  })
}

function unknownProcedure({procedure}: ProcedureCall, {host, variable}: Place): Problem {
  return configuration(
    'SERVICE_PROCEDURE_UNKNOWN',
    `${host} does not know ${procedure}: it is older or newer than this superset.`,
    variable === undefined ? 'Install the newest of both.' : `Install the newest superset, and check ${variable}.`,
  )
}

function configuration(code: string, message: string, suggestion: string): Problem {
  return new Problem({code, message, exit: EXIT.configuration, suggestions: [suggestion]})
}
