import {
  boundFetch,
  checkOutsideOrigin,
  EXIT,
  type IdentityRequest,
  type LoginMethod,
  Problem,
  type Session,
  type Source,
} from '@superset/identity'

/** A credential that came with this run. It wins over the command: whoever gives one for one run means it. */
export type OutsideCredential =
  | {readonly scheme: 'ambient'; readonly source: Source}
  | {readonly scheme: 'api-key' | 'bearer'; readonly secret: string; readonly source: Source}

/** `--api-key` > SUPERSET_API_KEY > SUPERSET_TOKEN > the ambient session of a cloud sandbox. */
export function outsideCredentials(
  request: Pick<IdentityRequest, 'apiKeyFlag' | 'sandboxWorkspaceId' | 'secrets'>,
): readonly OutsideCredential[] {
  const {apiKeyFlag, sandboxWorkspaceId, secrets} = request
  const found: OutsideCredential[] = []
  const add = (scheme: 'api-key' | 'bearer', secret: string | undefined, source: Source) => {
    if (secret !== undefined) found.push({scheme, secret, source})
  }

  add('api-key', apiKeyFlag, 'flag')
  add('api-key', secrets.apiKey, 'env:SUPERSET_API_KEY')
  add('bearer', secrets.token, 'env:SUPERSET_TOKEN')
  if (sandboxWorkspaceId) found.push({scheme: 'ambient', source: 'sandbox'})
  return found
}

export function methodOf(scheme: 'api-key' | 'bearer'): LoginMethod {
  return scheme === 'api-key' ? 'api-key' : 'token'
}

/** The header that carries a credential. */
export function attach(scheme: 'api-key' | 'bearer', secret: string): Readonly<Record<string, string>> {
  return scheme === 'api-key' ? {'x-api-key': secret} : {authorization: `Bearer ${secret}`}
}

/** Used as it is, for the API that a variable, the policy or the default names. @throws Problem ORIGIN_UNNAMED (78) */
export function openOutside(outside: OutsideCredential, request: IdentityRequest): Session {
  if (outside.scheme !== 'ambient') checkOutsideOrigin(outside.source, request)
  const apiUrl = request.apiUrl.value
  const headers = outside.scheme === 'ambient' ? {} : attach(outside.scheme, outside.secret)
  return {
    issuer: apiUrl,
    apiUrl,
    profile: request.profile,
    scheme: outside.scheme,
    source: outside.source,
    ...(request.organization && {organization: request.organization}),
    fetch: boundFetch({apiUrl, current: () => Promise.resolve(headers), headers: (same) => same}),
    token: () => (outside.scheme === 'ambient' ? Promise.reject(noToken()) : Promise.resolve(outside.secret)),
  }
}

function noToken(): Problem {
  return new Problem({
    code: 'AUTH_NO_TOKEN',
    message: 'Inside a cloud sandbox the network adds the credential; there is no token to print.',
    exit: EXIT.configuration,
  })
}
