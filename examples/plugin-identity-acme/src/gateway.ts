import * as problems from './problems.ts'

/** What the API takes, for an hour or so. */
export interface Credential {
  readonly token: string
  readonly expiresAt: Date
}

/** What a one-time code is exchanged for. */
export interface Enrolled {
  readonly deviceToken: string
  readonly apiUrl: string
  readonly subject: string
  readonly account: string
}

/** Where a device is known by its token. */
interface Device {
  readonly gateway: string
  readonly deviceToken: string
}

export const GATEWAY = 'https://gateway.acme.example'

const DEADLINE_MS = 10_000
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** @throws Problem AUTH_CODE_REFUSED (77), GATEWAY_* (75, 78) */
export async function enrol(gateway: string, code: string): Promise<Enrolled> {
  const headers = {'content-type': 'application/json'}
  const response = await ask(gateway, '/devices', {method: 'POST', headers, body: JSON.stringify({code})})
  if (response.status >= 400 && response.status < 500 && response.status !== 429) throw problems.codeRefused(gateway)
  const {account, apiUrl, deviceToken, subject} = await answer(gateway, response)
  if ([account, deviceToken, subject].every(isText) && isText(apiUrl) && URL.parse(apiUrl)?.origin === apiUrl)
    return {account, apiUrl, deviceToken, subject} as Enrolled
  throw problems.unavailable(gateway, response.status)
}

/** A new credential; the gateway gives as many as are asked for. @throws Problem AUTH_ENDED (4), GATEWAY_* (75, 78) */
export async function fetchCredential({deviceToken, gateway}: Device): Promise<Credential> {
  const response = await ask(gateway, '/credential', {headers: bearer(deviceToken)})
  if ([401, 403, 404].includes(response.status)) throw problems.ended(gateway)
  const {expiresAt, token} = await answer(gateway, response)
  const ends = new Date(String(expiresAt))
  if (isText(token) && !Number.isNaN(ends.getTime())) return {token, expiresAt: ends}
  throw problems.unavailable(gateway, response.status)
}

/** @returns whether the gateway has confirmed that it does not know the device any more */
export async function leave({deviceToken, gateway}: Device): Promise<boolean> {
  try {
    const {status} = await ask(gateway, '/devices/self', {method: 'DELETE', headers: bearer(deviceToken)})
    return status === 204 || status === 404
  } catch {
    return false // the person is told; signing out here does not fail for it
  }
}

/** @throws Problem GATEWAY_UNREACHABLE (75), GATEWAY_UNUSABLE (78) */
async function ask(gateway: string, path: string, init: RequestInit): Promise<Response> {
  const url = URL.parse(path, gateway)
  if (!url || url.origin !== gateway) throw problems.unusableGateway(gateway, 'it is not an address like https://host')
  if (url.protocol !== 'https:' && !LOOPBACK.test(url.hostname))
    throw problems.unusableGateway(gateway, 'secrets travel over https only')
  const signal = AbortSignal.timeout(DEADLINE_MS)
  const response = await fetch(url, {...init, redirect: 'manual', signal}).catch((error: unknown) => {
    throw problems.unreachable(gateway, error)
  })
  // A redirect could lead the secret elsewhere.
  if (response.status >= 300 && response.status < 400) throw problems.unusableGateway(gateway, 'it redirects')
  return response
}

/** @throws Problem GATEWAY_UNAVAILABLE (75): whatever is no JSON object of a success may be one later */
async function answer(gateway: string, response: Response): Promise<Readonly<Record<string, unknown>>> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  if (!response.ok) throw problems.unavailable(gateway, response.status, retryAfter > 0 ? retryAfter : undefined)
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body === 'object' && body !== null) return body as Readonly<Record<string, unknown>>
  throw problems.unavailable(gateway, response.status)
}

function bearer(token: string): Readonly<Record<string, string>> {
  return {authorization: `Bearer ${token}`}
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
