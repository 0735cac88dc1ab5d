import {type DatabaseSync} from 'node:sqlite'
import {createLocalJWKSet, errors, type JWTPayload, jwtVerify} from 'jose'
import {type AuthorizationServer} from '../authorization-server.ts'
import {CLIENT_ID} from '../credentials.ts'
import {type Host} from '../host/host.ts'
import {type TrustedIssuers} from '../trusted-issuers.ts'
import {type Feedback} from './feedback.ts'

/** Who calls the API, and how they proved it. */
export interface Caller {
  readonly userId: string
  readonly scheme: 'api-key' | 'bearer' | 'cookie'
  /** The organization of the token or of the browser session; API keys have none. */
  readonly activeOrganizationId: string | undefined
  /** Organizations as the token knew them when it was issued; absent for other schemes, which ask the database. */
  readonly claimedOrganizationIds: readonly string[] | undefined
}

export interface ApiContext extends Surroundings {
  readonly caller: Caller | undefined
  /** The `x-superset-organization-id` header. */
  readonly organizationHeader: string | undefined
}

/** What the API has to do with beside its caller. */
export interface Surroundings {
  readonly database: DatabaseSync
  readonly relayUrl: string
  readonly hosts: readonly Host[]
  readonly feedback: Feedback[]
}

/** Works out who calls, in the service's order: key or browser session first, then the bearer token, else nobody. */
export function createContextFactory(
  url: string,
  {server, trusted, ...surroundings}: Surroundings & {server: AuthorizationServer; trusted: TrustedIssuers},
) {
  let keys: ReturnType<typeof createLocalJWKSet> | undefined
  return async ({req}: {req: Request}): Promise<ApiContext> => {
    const organizationHeader = req.headers.get('x-superset-organization-id') ?? undefined
    const account = await server.account(req.headers)
    if (account) {
      const caller: Caller = {
        userId: account.id,
        scheme: req.headers.has('x-api-key') ? 'api-key' : 'cookie',
        activeOrganizationId: account.activeOrganizationId,
        claimedOrganizationIds: undefined,
      }
      return {...surroundings, caller, organizationHeader}
    }

    const token = /^bearer (\S+)$/i.exec(req.headers.get('authorization') ?? '')?.[1]
    if (!token) return {...surroundings, caller: undefined, organizationHeader}
    keys ??= createLocalJWKSet(await server.keys())
    const caller = (await verify(token, url, keys)) ?? (await guest(token, trusted))
    return {...surroundings, caller, organizationHeader}
  }
}

/** With a token of another issuer: it knows nothing of our organizations. */
async function guest(token: string, trusted: TrustedIssuers): Promise<Caller | undefined> {
  const userId = await trusted.userOf(token)
  return userId === undefined
    ? undefined
    : {userId, scheme: 'bearer', activeOrganizationId: undefined, claimedOrganizationIds: undefined}
}

async function verify(
  token: string,
  url: string,
  keys: ReturnType<typeof createLocalJWKSet>,
): Promise<Caller | undefined> {
  try {
    const {payload} = await jwtVerify(token, keys, {issuer: url, audience: [url, `${url}/`]})
    // Only the CLI's own tokens are credentials for the API; clients that registered themselves are not.
    return payload['azp'] === CLIENT_ID && payload.sub ? toCaller(payload.sub, payload) : undefined
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

function toCaller(userId: string, claims: JWTPayload): Caller {
  const ids = claims['organizationIds']
  const active = claims['organizationId']
  return {
    userId,
    scheme: 'bearer',
    activeOrganizationId: typeof active === 'string' ? active : undefined,
    claimedOrganizationIds: Array.isArray(ids) ? ids.map(String) : [],
  }
}
