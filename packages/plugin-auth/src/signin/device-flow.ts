import {isProblem} from '@superset/identity'
import type {DeviceAuthorizationResponse} from 'openid-client'
import {endingWith} from '../network/http-request.ts'
import {openidClient} from '../network/openid.ts'
import {realWaiting, waitForTokens, type DevicePoll} from './device-poll.ts'
import {explain, partyOf, targetOf, type SignInResult} from './exchange.ts'
import {minutes} from './minutes.ts'
import * as problems from './problems.ts'
import {shown, verificationAddress} from './verification-address.ts'

export interface DeviceFlow extends Pick<DevicePoll, 'metadata' | 'settings' | 'signal'> {
  readonly ports: Omit<DevicePoll['ports'], 'waiting'> & {readonly waiting?: DevicePoll['ports']['waiting']}
  /** True where a person looks at a terminal that can show a QR code. */
  readonly terminal: boolean
  readonly tell: (line: string) => void
}

/** The address is longer than any camera reads off a terminal. */
const LONGEST_QR = 200

/**
 * The device grant (RFC 8628): a person enters a code on whichever device has a browser. Stores nothing.
 * @throws Problem AUTH_DEVICE_UNSUPPORTED (78), AUTH_PAGE_REFUSED (77), AUTH_CODE_EXPIRED (4), AUTH_* (4, 75, 77, 78, 130)
 */
export async function signInWithDevice(flow: DeviceFlow): Promise<SignInResult> {
  const {metadata, ports, settings, signal} = flow
  const {issuer} = metadata
  if (!metadata.deviceAuthorizationEndpoint) {
    throw problems.noDeviceGrant(issuer, metadata.authorizationEndpoint !== undefined)
  }

  const waiting = ports.waiting ?? realWaiting
  const begunAt = waiting.elapsed()
  const device = await begin(flow)
  await announce(flow, device)
  return waitForTokens({
    ...{metadata, settings},
    ports: {...ports, waiting},
    ...(signal && {signal}),
    deviceCode: device.device_code,
    // RFC 8628 3.2: five seconds where the server names none.
    intervalMs: (device.interval ?? 5) * 1000,
    endsAt: begunAt + device.expires_in * 1000,
  })
}

/** Asked twice where no answer came: a code that nobody enters is nobody's. */
async function begin(flow: DeviceFlow): Promise<DeviceAuthorizationResponse> {
  try {
    return await beginOnce(flow)
  } catch (error) {
    if (!isProblem(error) || error.code !== 'AUTH_NOT_COMPLETED') throw error
    return beginOnce(flow)
  }
}

async function beginOnce({metadata, ports, settings, signal}: DeviceFlow): Promise<DeviceAuthorizationResponse> {
  const party = partyOf({metadata, settings})
  const {config, openid, raw} = await openidClient(party, endingWith(signal, ports.send))
  try {
    return await openid.initiateDeviceAuthorization(config, {scope: settings.scope, ...targetOf(settings)})
  } catch (error) {
    throw signal?.aborted ? problems.cancelled() : explain(error, raw(), metadata.issuer, [])
  }
}

/** Lines that stay in sight below the code: the last of those before it, and the one that says how long to wait. */
const BESIDE = 3

/** A code that the screen cuts off, or scrolls away, is read by no camera; its address is there. */
export function fits(
  lines: readonly string[],
  {columns, rows}: {readonly columns?: number; readonly rows?: number},
): boolean {
  return (
    (columns === undefined || (lines[0]?.length ?? 0) <= columns) &&
    (rows === undefined || lines.length + BESIDE <= rows)
  )
}

/** Row 84: what a person is told to open must be the issuer's, and what is printed must be text. */
async function announce(
  {metadata, settings, tell, terminal}: DeviceFlow,
  {
    expires_in: seconds,
    user_code: userCode,
    verification_uri: page,
    verification_uri_complete: complete,
  }: DeviceAuthorizationResponse,
): Promise<void> {
  const checked = (text: string): string => {
    const address = verificationAddress(text, metadata.issuer, settings.deviceHosts)
    if (address === undefined) throw problems.foreignPage(metadata.issuer, shown(text, 200))
    return address
  }
  const address = checked(page)
  const withCode = complete === undefined ? undefined : checked(complete)
  tell('Open this address on any device to sign in:')
  tell(`  ${address}`)
  tell('and enter this code:')
  tell(`  ${shown(userCode, 60)}`)
  if (withCode !== undefined) {
    tell('Or open this address, which holds the code; go on only if the page shows the one above:')
    tell(`  ${withCode}`)
    if (terminal && withCode.length <= LONGEST_QR) {
      const {qrCode} = await import('./qr-code.ts')
      const lines = qrCode(withCode)
      if (fits(lines, process.stderr)) for (const line of lines) tell(line)
    }
  }

  tell(`Waiting; the code is good for ${minutes(seconds)}. Ctrl-C cancels, and nothing is changed.`)
}
