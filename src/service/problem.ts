import type {Session, Source} from '@superset/identity'
import {EXIT, Problem, sourceName} from '@superset/identity'
import type {Fault} from './fault.ts'
import {outageProblem, type ProcedureCall, type Refusal, serverProblem} from './outage.ts'
import {apiKeyFault} from './retry.ts'
import {validationText} from './validation.ts'

/** A call of the service's API. */
export interface ServiceCall extends ProcedureCall {
  readonly session: Pick<Session, 'apiUrl' | 'organization' | 'profile' | 'scheme' | 'source'> &
    Partial<Pick<Session, 'issuer'>>
}

/** What a fault means to the person (fault rows 90-100). */
export function serviceProblem(fault: Fault, call: ServiceCall): Problem {
  const place = {host: new URL(call.session.apiUrl).host, variable: 'SUPERSET_API_URL'}
  if (fault.kind !== 'refused') return outageProblem(fault, call, place)
  const wrong = apiKeyFault(fault)
  if (wrong !== undefined) return badApiKey(call.session.source, wrong)
  return serverProblem(fault, call, place) ?? refused(place.host, fault, call)
}

function refused(host: string, {message, status}: Refusal, call: ServiceCall): Problem {
  if (status === 400) return new Problem({code: 'SERVICE_INVALID', message: validationText(message), exit: EXIT.usage})
  if (status === 401) return unauthenticated(host, call)
  if (status === 403) return denied(message, call)
  return new Problem({
    code: status === 404 ? 'SERVICE_NOT_FOUND_ENTITY' : 'SERVICE_REFUSED',
    message,
    exit: EXIT.failed,
  })
}

function badApiKey(source: Source, wrong: string): Problem {
  return new Problem({
    code: 'AUTH_API_KEY_INVALID',
    message: `The API key (from ${sourceName(source, '--api-key')}) ${wrong}`,
    exit: EXIT.signInNeeded,
    suggestions: ['Create another key, or run `superset auth login`.'],
  })
}

function unauthenticated(host: string, {session}: ServiceCall): Problem {
  if (session.source === 'workload') return workloadNotTaken(host, session)
  if (session.source === 'command') return commandRefused(host, session.profile)
  const given = session.source === 'stored' ? undefined : sourceName(session.source, '--api-key')
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
function workloadNotTaken(host: string, {issuer, profile}: ServiceCall['session']): Problem {
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

function denied(message: string, {session}: ServiceCall): Problem {
  if (/no active organization/i.test(message)) {
    return deniedWith('ORGANIZATION_NEEDED', 'No organization is chosen, and this command acts on one.', [
      'Run `superset organization list`, then `superset organization switch <id>`.',
      'Or set SUPERSET_ORGANIZATION_ID, or pass --organization.',
    ])
  }

  const {organization} = session
  if (organization && /not a member of/i.test(message)) {
    const from = sourceName(organization.source, '--organization')
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
