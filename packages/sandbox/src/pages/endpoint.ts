import {type AuthorizationServer} from '../authorization-server.ts'

/** What the authorization server made of a form that one of our pages passed on. */
export interface EndpointAnswer {
  readonly status: number
  /** Where the browser shall go next. */
  readonly location: string | undefined
  readonly error: string | undefined
  readonly cookies: readonly string[]
}

/** Sends a form's content to an endpoint of the authorization server, on behalf of the browser that sent the form. */
export async function callEndpoint(
  request: Request,
  url: string,
  server: AuthorizationServer,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<EndpointAnswer> {
  const headers = new Headers({'content-type': 'application/json', accept: 'application/json', origin: url})
  for (const name of ['cookie', 'user-agent', 'x-sandbox-peer']) {
    const value = request.headers.get(name)
    if (value) headers.set(name, value)
  }

  const response = await server.handle(new Request(url + path, {method: 'POST', headers, body: JSON.stringify(body)}))
  const answer = response.headers.get('content-type')?.includes('json')
    ? ((await response.json()) as {url?: unknown; error?: unknown} | null)
    : undefined
  return {
    status: response.status,
    location: typeof answer?.url === 'string' ? answer.url : (response.headers.get('location') ?? undefined),
    error: typeof answer?.error === 'string' ? answer.error : undefined,
    cookies: response.headers.getSetCookie(),
  }
}

/** 303: the browser fetches the next page with GET, whatever it sent to this one. */
export function redirect(location: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer'})
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, {status: 303, headers})
}
