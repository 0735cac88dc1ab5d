import type {Session, Source} from '@superset/identity'
import {EXIT, Problem, type ProblemDetails} from '@superset/identity'
import type {Fault} from './fault.ts'
import {apiKeyFault, isTemporary} from './retry.ts'
import {validationText} from './validation.ts'

export interface ProcedureCall {
  readonly procedure: string
  readonly mutation: boolean
  /** For a mutation: the command that shows whether it was carried out. */
  readonly check?: string
  readonly session: Pick<Session, 'apiUrl' | 'organization' | 'profile' | 'scheme' | 'source'> &
    Partial<Pick<Session, 'issuer'>>
}

/** What a fault means to the person (fault rows 90-100). */
export function serviceProblem(fault: Fault, call: ProcedureCall): Problem {
  const host = new URL(call.session.apiUrl).host
  switch (fault.kind) {
    case 'unsent': {
      return unreachable(host, fault)
    }

    case 'barred': {
      return fault.problem
    }

    case 'too-large': {
      return tooLarge(`${host} ${fault.reason}.`, call)
    }

    case 'lost': {
      return unavailable(`${host}: ${fault.reason}`, fault, call)
    }

    case 'redirected': {
      return new Problem({
        code: 'SERVICE_REDIRECTED',
        message: `${host} answered with a redirect (HTTP ${fault.status}), which is not followed with a credential.`,
        exit: EXIT.configuration,
        suggestions: ['Set SUPERSET_API_URL to the address that it redirects to, if you trust it.'],
      })
    }

    case 'foreign': {
      return foreign(host, fault, call)
    }

    case 'refused': {
      return refused(host, fault, call)
    }
  }
}

function unreachable(host: string, {reason, tls}: Fault & {kind: 'unsent'}): Problem {
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
          'Check the network, the proxy variables and SUPERSET_API_URL.',
          'Run `superset doctor` for details.',
        ],
      })
}

function unavailable(reason: string, fault: Fault, call: ProcedureCall): Problem {
  const {retryAfterSeconds} = 'status' in fault && 'retryAfterSeconds' in fault ? fault : {}
  if (call.mutation) {
    return new Problem({
      code: 'SERVICE_OUTCOME_UNKNOWN',
      message: `The service is temporarily unavailable (${reason}). The change may or may not have been made.`,
      exit: EXIT.temporary,
      suggestions: [
        call.check === undefined ? 'Check before you try again.' : `Check with \`${call.check}\` before you try again.`,
      ],
    })
  }

  return new Problem({
    code: 'SERVICE_UNAVAILABLE',
    message: `The service is temporarily unavailable (${reason}).`,
    exit: EXIT.temporary,
    retryable: true,
    ...(retryAfterSeconds !== undefined && {retryAfterSeconds}),
    suggestions: ['Try again in a while.'],
  })
}

/** Row 104. To ask again would bring as much again. */
function tooLarge(message: string, {check, mutation}: ProcedureCall): Problem {
  const next = check === undefined ? [] : [`Check with \`${check}\` before you try again.`]
  return new Problem({
    code: 'SERVICE_TOO_LARGE',
    message: mutation ? `${message} The change may or may not have been made.` : message,
    exit: EXIT.temporary,
    suggestions: [...next, 'Check SUPERSET_API_URL, or ask for less at once.'],
  })
}

function foreign(host: string, fault: Fault & {kind: 'foreign'}, call: ProcedureCall): Problem {
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

  if (isTemporary(status)) return unavailable(`HTTP ${status} from ${host}`, fault, call)
  if (status === 200)
    return unavailable(`a web page instead of data from ${host}: captive portal or proxy?`, fault, call)
  return configuration(
    'SERVICE_NOT_FOUND',
    `${host} is not the service's API (HTTP ${status}).`,
    'Check SUPERSET_API_URL.',
  )
}

function refused(host: string, fault: Fault & {kind: 'refused'}, call: ProcedureCall): Problem {
  const {message, status} = fault
  const wrong = apiKeyFault(fault)
  if (wrong !== undefined) return badApiKey(call.session.source, wrong)
  if (status === 400) return new Problem({code: 'SERVICE_INVALID', message: validationText(message), exit: EXIT.usage})
  if (status === 401) return unauthenticated(host, call)
  if (status === 403) return denied(message, call)
  if (status === 404 && /no procedure found/i.test(message)) return unknownProcedure(host, call.procedure)
  if (status === 405) return unknownProcedure(host, call.procedure)
  if (status === 429) return tooMany(fault)
  if (isTemporary(status)) return unavailable(`HTTP ${status} from ${host}`, fault, call)
  return new Problem({
    code: status === 404 ? 'SERVICE_NOT_FOUND_ENTITY' : 'SERVICE_REFUSED',
    message,
    exit: EXIT.failed,
  })
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

function badApiKey(source: Source, wrong: string): Problem {
  return new Problem({
    code: 'AUTH_API_KEY_INVALID',
    message: `The API key (from ${nameOf(source, '--api-key')}) ${wrong}`,
    exit: EXIT.signInNeeded,
    suggestions: ['Create another key, or run `superset auth login`.'],
  })
}

function unauthenticated(host: string, {session}: ProcedureCall): Problem {
  if (session.source === 'workload') return workloadNotTaken(host, session)
  if (session.source === 'command') return commandRefused(host, session.profile)
  const given = session.source === 'stored' ? undefined : nameOf(session.source, '--api-key')
  const next =
    given === undefined ? 'Run `superset auth login`.' : `Correct or unset ${given}, or run \`superset auth login\`.`
  return new Problem({
    code: 'AUTH_REFUSED',
    message: `${host} does not accept the credential${given === undefined ? '' : ` from ${given}`} (401).`,
    exit: EXIT.signInNeeded,
    profile: session.profile,
    suggestions: [next],
  })
}

/** Its token was exchanged anew before this was said; no sign-in would change it. */
function workloadNotTaken(host: string, {issuer, profile}: ProcedureCall['session']): Problem {
  return new Problem({
    code: 'AUTH_REFUSED',
    message: `${host} does not accept the token that ${issuer ?? 'the issuer'} gave this job (401).`,
    exit: EXIT.denied,
    ...(issuer !== undefined && {issuer}),
    profile,
    suggestions: ['Check that this API takes the tokens of that issuer: SUPERSET_API_URL, SUPERSET_ISSUER.'],
  })
}

function commandRefused(host: string, profile: string): Problem {
  return new Problem({
    code: 'AUTH_REFUSED',
    message: `${host} does not accept what the credential command gives (401).`,
    exit: EXIT.signInNeeded,
    profile,
    suggestions: [
      'Sign in again where the command takes its credential from.',
      'Run `superset auth status` to see it.',
    ],
  })
}

function denied(message: string, {session}: ProcedureCall): Problem {
  if (/no active organization/i.test(message)) {
    return deniedWith('ORGANIZATION_NEEDED', 'No organization is chosen, and this command acts on one.', [
      'Run `superset organization list`, then `superset organization switch <id>`.',
      'Or set SUPERSET_ORGANIZATION_ID, or pass --organization.',
    ])
  }

  const {organization} = session
  if (organization && /not a member of/i.test(message)) {
    const from = nameOf(organization.source, '--organization')
    return deniedWith('ORGANIZATION_DENIED', `You are not a member of ${organization.value} (from ${from}).`, [
      'Run `superset organization list` to see yours.',
      organization.source === 'flag' || organization.source.startsWith('env:')
        ? `Then correct ${from}.`
        : 'Then run `superset organization switch <id>`.',
    ])
  }

  return deniedWith('SERVICE_DENIED', message, [])
}

function deniedWith(code: string, message: string, suggestions: readonly string[]): Problem {
  return new Problem({code, message, exit: EXIT.denied, suggestions})
}

function unknownProcedure(host: string, procedure: string): Problem {
  return configuration(
    'SERVICE_PROCEDURE_UNKNOWN',
    `${host} does not know ${procedure}: it is older or newer than this superset.`,
    'Install the newest superset, and check SUPERSET_API_URL.',
  )
}

function configuration(code: string, message: string, suggestion: string): Problem {
  return new Problem({code, message, exit: EXIT.configuration, suggestions: [suggestion]} satisfies ProblemDetails)
}

/** Where a value came from, as a person knows it. */
export function nameOf(source: Source, flag: string): string {
  if (source.startsWith('env:')) return source.slice('env:'.length)
  switch (source) {
    case 'flag': {
      return flag
    }

    case 'stored':
    case 'workload': {
      return 'your sign-in'
    }

    case 'command': {
      return 'the credential command'
    }

    case 'config':
    case 'profile': {
      return 'your configuration'
    }

    default: {
      return `the ${source}`
    }
  }
}
