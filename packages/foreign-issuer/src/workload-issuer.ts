import {randomBytes, timingSafeEqual} from 'node:crypto'
import {Changes, Faults, listen} from '@superset/sandbox/loopback'
import {type CryptoKey, exportJWK, generateKeyPair, SignJWT} from 'jose'

/** Where a job asks for its token. */
const REQUEST_PATH = '/token-request'

export interface WorkloadClaims {
  readonly audience: string
  readonly subject?: string
  /** Negative: it has ended already. Five minutes unless given. */
  readonly expiresInSeconds?: number
}

/** An issuer of workloads' tokens on loopback, which answers a job as GitHub Actions does; it signs others' tokens, too. */
export interface WorkloadIssuer extends AsyncDisposable {
  readonly url: string
  /** `ACTIONS_ID_TOKEN_REQUEST_URL` of a job that may ask. */
  readonly requestUrl: string
  /** `ACTIONS_ID_TOKEN_REQUEST_TOKEN` of that job. */
  readonly requestToken: string
  /** The `sub` of the job, unless told otherwise. */
  readonly subject: string
  /** The audiences that tokens were asked for, in order. */
  readonly asked: readonly string[]
  /** What jobs' requests meet. */
  readonly faults: Faults
  /** A token as a job on GitLab finds it in a variable, or on Kubernetes in a file. */
  issue(claims: WorkloadClaims): Promise<string>
  close(): Promise<void>
}

/** Starts it. @throws Error with code EADDRINUSE when the port is taken */
export async function startWorkloadIssuer({port = 0}: {readonly port?: number} = {}): Promise<WorkloadIssuer> {
  const listener = await listen(port)
  const {url} = listener
  const {privateKey, publicKey} = await generateKeyPair('RS256')
  const key = {...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig', kid: 'k1'}
  const requestToken = randomBytes(48).toString('base64url')
  const subject = 'repo:acme/robots:ref:refs/heads/main'
  const asked: string[] = []
  const changes = new Changes()
  const faults = new Faults(changes)
  const issue = ({subject: sub = subject, ...claims}: WorkloadClaims) =>
    sign(privateKey, url, {...claims, subject: sub})
  const answer = async (request: Request): Promise<Response> => {
    const {pathname, searchParams} = new URL(request.url)
    if (pathname === '/.well-known/openid-configuration') {
      return Response.json({
        issuer: url,
        jwks_uri: `${url}/jwks`,
        subject_types_supported: ['public'],
        response_types_supported: ['id_token'],
        id_token_signing_alg_values_supported: ['RS256'],
      })
    }

    if (pathname === '/jwks') return Response.json({keys: [key]})
    if (pathname !== REQUEST_PATH || request.method !== 'GET') return new Response('no such page\n', {status: 404})
    if (!isBearer(request.headers.get('authorization'), requestToken)) {
      return Response.json({message: 'Not authorized'}, {status: 401})
    }

    const audience = searchParams.get('audience') ?? url
    asked.push(audience)
    return Response.json({count: 1, value: await issue({audience})})
  }

  listener.serve((exchange) =>
    new URL(exchange.request.url).pathname === REQUEST_PATH
      ? faults.run(exchange, [], () => answer(exchange.request))
      : answer(exchange.request),
  )
  const close = async () => {
    faults.clear()
    changes.end()
    await listener.close()
  }
  return {
    ...{url, requestToken, subject, asked, faults, issue, close},
    requestUrl: `${url}${REQUEST_PATH}?api-version=2.0`,
    [Symbol.asyncDispose]: close,
  }
}

function sign(key: CryptoKey, issuer: string, {audience, expiresInSeconds = 300, subject = ''}: WorkloadClaims) {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({})
    .setProtectedHeader({alg: 'RS256', kid: 'k1', typ: 'JWT'})
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience(audience)
    .setJti(randomBytes(16).toString('hex'))
    .setIssuedAt(Math.min(now, now + expiresInSeconds))
    .setExpirationTime(now + expiresInSeconds)
    .sign(key)
}

function isBearer(header: string | null, token: string): boolean {
  const [given, expected] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${token}`)]
  return given.length === expected.length && timingSafeEqual(given, expected)
}
