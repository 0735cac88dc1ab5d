import {createHash, randomBytes} from 'node:crypto'
import type {ServerMetadata} from '../network/discovery.ts'
import {endingWith, type Transport} from '../network/http-request.ts'
import type {Settings} from '../settings.ts'
import {type FinalAnswer, type ExpectedAnswer, judge} from './answer.ts'
import {CallbackServer} from './callback-server.ts'
import {redeem, type SignInResult} from './exchange.ts'
import {PortsTaken} from './loopback-listener.ts'
import {minutes} from './minutes.ts'
import {readPasted} from './paste.ts'
import {holderOfPort} from './port-holder.ts'
import type {TerminalPorts} from './ports.ts'
import * as problems from './problems.ts'

const TIMEOUT_MS = 5 * 60_000

export interface CodeFlow {
  readonly settings: Settings
  readonly metadata: ServerMetadata
  /** The service's page that shows `<code>#<state>`; absent where the issuer does not know it. */
  readonly pasteUri?: string
  readonly ports: Pick<TerminalPorts, 'openBrowser' | 'pastedLines'> & {
    readonly send: Transport
    readonly now: () => number
    readonly callbackPorts?: readonly number[]
    readonly timeoutMs?: number
  }
  readonly tell: (line: string) => void
  /** True where no browser can be started: the person sits elsewhere. */
  readonly elsewhere?: boolean
  readonly signal?: AbortSignal
}

/** An answer and the redirect address it was given for: the token endpoint wants to hear the same one (RFC 6749 4.1.3). */
interface CallbackResult {
  readonly answer: FinalAnswer
  readonly redirectUri: string
}

/**
 * Authorization code with PKCE on a loopback address (RFC 8252), with the paste-back flow beside it; the first answer
 * wins. Stores nothing.
 * @throws Problem AUTH_* (4, 75, 77, 78, 130)
 */
export async function signInWithBrowser(flow: CodeFlow): Promise<SignInResult> {
  const {metadata, ports, settings, tell, signal} = flow
  const secrets = {state: secret(32), nonce: secret(32), verifier: secret(64)}
  const expected = {state: secrets.state, issuer: metadata.issuer, namesIssuer: metadata.namesIssuer}
  const onIgnored = (count: number): void => {
    if (count === 1) tell(problems.ignoredCallbacks(1))
  }
  await using server = await CallbackServer.listen(
    (parameters) => judge(parameters, expected),
    onIgnored,
    settings.redirect.ports ?? ports.callbackPorts,
    settings.redirect,
  ).catch(async (error: unknown) => {
    throw error instanceof PortsTaken ? problems.portTaken(error, await holderOfPort(error.port)) : error
  })
  const address = (redirectUri: string): string => authorizationUrl(flow, redirectUri, secrets)
  announce(flow, address(server.redirectUri), flow.pasteUri && address(flow.pasteUri))
  const {answer, redirectUri} = await firstAnswer(flow, server, expected)
  if (answer.kind === 'wrong-issuer') throw problems.wrongIssuer(metadata.issuer, answer.got)
  if (answer.kind === 'error') throw problems.authorizationRefused(metadata.issuer, answer.error, answer.description)
  const signedIn = await redeem(
    {metadata, settings, code: answer.code, redirectUri, ...secrets},
    endingWith(signal, ports.send),
    ports.now,
  ).catch((error: unknown) => {
    throw signal?.aborted ? problems.cancelled() : error
  })
  server.finish('done', {account: signedIn.account, issuer: metadata.issuer})
  return signedIn
}

/** Random bytes as base64url, whose alphabet is within that of RFC 7636 4.1. */
function secret(bytes: number): string {
  return randomBytes(bytes).toString('base64url')
}

function authorizationUrl(
  {metadata, settings}: CodeFlow,
  redirectUri: string,
  {state, nonce, verifier}: {readonly state: string; readonly nonce: string; readonly verifier: string},
): string {
  if (!metadata.authorizationEndpoint) throw problems.noAuthorizationEndpoint(metadata.issuer)
  const url = new URL(metadata.authorizationEndpoint)
  const {audience, resource, scope} = settings
  const parameters = {
    // OpenID Connect Core 11: offline_access is granted with an explicit consent only.
    ...(metadata.openid && scope.split(' ').includes('offline_access') && {prompt: 'consent'}),
    ...settings.authorizeParameters,
    client_id: settings.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    ...(resource !== undefined && {resource}),
    ...(audience !== undefined && {audience}),
    state,
    // It comes back in the ID token: a server without those may refuse it.
    ...(metadata.openid && {nonce}),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  // Whoever sets `prompt` to nothing wants none.
  for (const [name, value] of Object.entries(parameters)) if (value !== '') url.searchParams.set(name, value)
  return url.href
}

/**
 * Row 78: the addresses are always printed; a browser that says it opened may not have. Where none can be started the person
 * sits at another machine, as a rule: its way comes first.
 */
function announce(flow: CodeFlow, address: string, pasteAddress: string | undefined): void {
  const {metadata, ports, settings, tell} = flow
  const timeoutMs = ports.timeoutMs ?? TIMEOUT_MS
  tell(`Signing in at ${metadata.issuer}${settings.apiUrl === metadata.issuer ? '' : ` for ${settings.apiUrl}`}.`)
  for (const line of flow.elsewhere && pasteAddress
    ? linesElsewhere(address, pasteAddress)
    : linesHere(flow, address, pasteAddress))
    tell(line)
  tell(`Waiting up to ${minutes(timeoutMs / 1000)}. Ctrl-C cancels, and nothing is changed.`)
  ports.openBrowser?.(address)
}

function linesHere({ports}: CodeFlow, address: string, pasteAddress: string | undefined): readonly string[] {
  return [
    ports.openBrowser
      ? 'Sign in with the browser. If it did not open, use this address:'
      : 'Open this address to sign in:',
    `  ${address}`,
    ...(pasteAddress
      ? ['On another machine, open this one instead and paste the code that it shows here:', `  ${pasteAddress}`]
      : ['On another machine, paste here the address at which its browser fails to load the page.']),
  ]
}

function linesElsewhere(address: string, pasteAddress: string): readonly string[] {
  return [
    'No browser can be started here. Open this address on any machine, and paste the code that it shows here:',
    `  ${pasteAddress}`,
    'Or this one, in a browser of this machine:',
    `  ${address}`,
  ]
}

async function firstAnswer(flow: CodeFlow, server: CallbackServer, expected: ExpectedAnswer): Promise<CallbackResult> {
  const {ports, signal} = flow
  const timeoutMs = ports.timeoutMs ?? TIMEOUT_MS
  const over = new AbortController()
  const ended = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const others = {
      paste: flow.pasteUri !== undefined,
      device: flow.metadata.deviceAuthorizationEndpoint !== undefined,
    }
    ended.reject(problems.timedOut(Math.round(timeoutMs / 60_000), server, others))
  }, timeoutMs)
  const cancel = (): void => ended.reject(problems.cancelled())
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel, {once: true})
  try {
    return await Promise.race([
      ended.promise,
      server.answer.then((answer) => ({answer, redirectUri: server.redirectUri})),
      pastedAnswer(flow, server, expected, over.signal),
    ])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
    over.abort()
  }
}

/** Waits for a good paste; what is wrong with a bad one is said. When no more can come, the others go on waiting. */
async function pastedAnswer(
  {ports, pasteUri, tell}: CodeFlow,
  server: CallbackServer,
  expected: ExpectedAnswer,
  signal: AbortSignal,
): Promise<CallbackResult> {
  for await (const line of ports.pastedLines(signal)) {
    const pasted = readPasted(line, expected)
    if (pasted.kind === 'bad') tell(pasted.why)
    if (pasted.kind !== 'answer') continue
    const redirectUri = pasted.from === 'page' ? pasteUri : server.redirectUri
    if (redirectUri !== undefined) return {answer: pasted.answer, redirectUri}
    tell('This issuer has no such page; paste the whole address instead.')
  }

  return new Promise<never>(() => {})
}
