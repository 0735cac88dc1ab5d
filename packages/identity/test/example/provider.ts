import {
  boundFetch,
  checkOutsideOrigin,
  type IdentityHook,
  type IdentityProvider,
  type IdentityRequest,
  type Session,
} from '@superset/identity'

/** Sessions from the bearer token in SUPERSET_TOKEN, for one run: nothing is stored, and nobody signs in. */
const provider: IdentityProvider = {
  name: '@acme/superset-identity-token',
  capabilities: [],

  async session(request) {
    const {token} = request.secrets
    return token === undefined ? undefined : openSession(request, token)
  },

  async describe({apiUrl, profile, secrets}) {
    const isSignedIn = secrets.token !== undefined
    return {signedIn: isSignedIn, profile, apiUrl: apiUrl.value, hides: [], notes: [], renewable: false}
  },

  signInSteps: () => ['Set SUPERSET_TOKEN to a token of Acme.'],
}

function openSession(request: IdentityRequest, token: string): Session {
  const source = 'env:SUPERSET_TOKEN'
  checkOutsideOrigin(source, request)
  const apiUrl = request.apiUrl.value
  return {
    ...{issuer: apiUrl, apiUrl, profile: request.profile, scheme: 'bearer', source},
    ...(request.organization && {organization: request.organization}),
    token: () => Promise.resolve(token),
    fetch: boundFetch({
      apiUrl,
      current: () => Promise.resolve(token),
      headers: (credential) => ({authorization: `Bearer ${credential}`}),
    }),
  }
}

/** The module that `oclif.hooks` of package.json names under `superset:identity`. */
const hook: IdentityHook = () => Promise.resolve(provider)

export default hook
