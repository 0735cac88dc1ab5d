import {createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, jwtVerify} from 'jose'
import type Provider from 'oidc-provider'
import type {GrantContext} from 'oidc-provider'

/** RFC 8693 2.1. */
export const EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const PARAMETERS = [
  ...['subject_token', 'subject_token_type', 'requested_token_type'],
  ...['actor_token', 'audience', 'resource', 'scope'],
]

/** Workloads of one issuer, such as GitHub Actions, that the provider gives its own tokens to. */
export interface WorkloadTrust {
  readonly issuer: string
  /** What the workload's token must be for; the provider unless given. */
  readonly audience?: string
  /** The account that a workload acts as, by the `sub` of its token. */
  readonly accounts: Readonly<Record<string, string>>
}

interface Exchange {
  readonly trusts: readonly WorkloadTrust[]
  readonly url: string
  readonly resource: string
  /** As the configuration of resource indicators describes it. */
  readonly server: object
}

/** Teaches the provider the grant, which it does not bring. */
export function registerTokenExchange(provider: Provider, library: typeof import('oidc-provider'), exchange: Exchange) {
  const {InvalidRequest, InvalidTarget} = library.errors
  provider.registerGrantType(
    EXCHANGE_GRANT,
    async (context) => {
      const {client, params} = context.oidc
      if (params['subject_token_type'] !== JWT) throw new InvalidRequest('subject_token_type must be jwt')
      if (params['actor_token'] !== undefined) throw new InvalidRequest('nobody acts for a workload here')
      if (![ACCESS_TOKEN, undefined].includes(params['requested_token_type'])) {
        throw new InvalidRequest('only access tokens are issued')
      }

      const resource = params['resource'] ?? exchange.resource
      if (resource !== exchange.resource) throw new InvalidTarget(`no tokens are issued for ${resource}`)
      const account = await accountOf(params['subject_token'] ?? '', exchange)
      if (typeof account !== 'string') throw new InvalidRequest(account.refusal)
      const token = new provider.AccessToken({accountId: account, client, gty: 'token_exchange'})
      token.resourceServer = new provider.ResourceServer(resource, exchange.server)
      token.scope = 'openid email'
      const value = await token.save()
      context.body = {
        access_token: value,
        issued_token_type: ACCESS_TOKEN,
        token_type: 'Bearer',
        expires_in: token.expiration,
      } satisfies GrantContext['body']
    },
    PARAMETERS,
    ['audience', 'resource'],
  )
}

async function accountOf(subjectToken: string, {trusts, url}: Exchange): Promise<string | {readonly refusal: string}> {
  try {
    const {iss} = decodeJwt(subjectToken)
    const trust = trusts.find(({issuer}) => issuer === iss)
    if (!trust) return {refusal: `tokens of ${iss ?? 'nobody'} are not trusted`}
    const audience = trust.audience ?? url
    const {payload} = await jwtVerify(subjectToken, await keysOf(trust.issuer), {issuer: trust.issuer, audience})
    const account = trust.accounts[payload.sub ?? '']
    return account ?? {refusal: `${payload.sub ?? 'nobody'} acts for no account here`}
  } catch (error) {
    if (error instanceof errors.JOSEError) return {refusal: `subject_token: ${error.message}`}
    throw error
  }
}

async function keysOf(issuer: string): Promise<ReturnType<typeof createLocalJWKSet>> {
  const metadata = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as {jwks_uri: string}
  return createLocalJWKSet((await (await fetch(metadata.jwks_uri)).json()) as JSONWebKeySet)
}
