import {type Check, type IdentityRequest, isProblem} from '@superset/identity'
import {browserEnvironment, type BrowserChoice, chooseBrowser, findProgram} from '@superset/identity/browser'
import {tellingNetworkProblems} from '@superset/identity/network'
import {once} from 'node:events'
import {discover, type ServerMetadata} from '../network/discovery.ts'
import {endingWith, send} from '../network/http-request.ts'
import {type Settings, settingsOf} from '../settings.ts'
import {CALLBACK_PORTS} from './callback-server.ts'
import {listenOnLoopback, PortsTaken} from './loopback-listener.ts'

/** For all addresses of the issuer's metadata together. */
const ISSUER_MS = 10_000

/**
 * Whether somebody could sign in here, now: the issuer and its metadata, the address that the browser comes back to, the
 * browser.
 */
export async function diagnoseSignIn(request: IdentityRequest): Promise<readonly Check[]> {
  const settings = attempt('issuer', () => settingsOf(request))
  if ('outcome' in settings) return [settings]
  const {check, metadata} = await examineIssuer(settings, request)
  const hasDevice = metadata?.deviceAuthorizationEndpoint !== undefined
  return [check, await examineLoopback(settings, hasDevice), await examineBrowser(hasDevice)]
}

async function examineIssuer(
  {issuer}: Settings,
  {homeDir}: IdentityRequest,
): Promise<{readonly check: Check; readonly metadata?: ServerMetadata}> {
  const timeout = AbortSignal.timeout(ISSUER_MS)
  try {
    const options = {homeDir, fresh: true, send: endingWith(timeout, (request) => send(request))}
    const metadata = await tellingNetworkProblems(() => discover(issuer, options))
    const ways = [
      ...(metadata.authorizationEndpoint === undefined ? [] : ['the browser']),
      ...(metadata.deviceAuthorizationEndpoint === undefined ? [] : ['a code on another device']),
    ]
    const message = `${issuer} answers; one signs in with ${ways.join(' or ') || 'neither browser nor device'}.`
    return {check: {name: 'issuer', outcome: 'pass', message}, metadata}
  } catch (error) {
    if (isProblem(error)) return {check: failed('issuer', error)}
    if (!timeout.aborted) throw error
    const suggestions = ['Check the network, then run the command again.']
    const message = `${issuer} did not answer within ${ISSUER_MS / 1000} s.`
    return {check: {name: 'issuer', outcome: 'fail', message, suggestions}}
  }
}

async function examineLoopback({redirect}: Settings, hasDevice: boolean): Promise<Check> {
  const {host, ports = CALLBACK_PORTS} = redirect
  const instead = hasDevice
    ? 'Sign in with `superset auth login --device`.'
    : 'Sign in with `superset auth login --no-browser`, and paste the code.'
  const warn = (message: string): Check => ({name: 'loopback', outcome: 'warn', message, suggestions: [instead]})
  try {
    const {port, servers} = await listenOnLoopback((_request, response) => response.end(), {host, ports})
    await Promise.all(servers.map((server) => once(server.close(), 'close')))
    return {name: 'loopback', outcome: 'pass', message: `A browser could bring its answer to ${host}:${port}.`}
  } catch (error) {
    if (error instanceof PortsTaken)
      return warn(`No port of ${host} can be had for the answer of a browser (${ports.join(', ')}: ${error.code}).`)
    const {code = 'unknown fault'} = error as NodeJS.ErrnoException
    return warn(`No browser could bring its answer to this machine: nothing may listen on ${host} (${code}).`)
  }
}

async function examineBrowser(hasDevice: boolean): Promise<Check> {
  const environment = browserEnvironment()
  const choice = chooseBrowser(environment, {wanted: true, terminal: true})
  const check = (outcome: Check['outcome'], message: string, suggestions: readonly string[] = []): Check => ({
    name: 'browser',
    outcome,
    message,
    ...(suggestions.length > 0 && {suggestions}),
  })
  if (choice.kind === 'none') {
    const why = environment.browser === 'none' ? 'BROWSER=none' : environment.ci ? 'CI' : 'no display'
    const then = hasDevice ? 'a code for another device' : 'an address for another machine'
    return check('skip', `No browser is started here (${why}): signing in shows ${then}.`)
  }

  const lost = choice.kind === 'commands' && (await missing(choice))
  if (lost === false)
    return check('pass', choice.kind === 'default' ? 'The desktop opens pages.' : `BROWSER opens pages.`)
  return check('warn', `BROWSER names no program that there is: ${lost.join(', ')}.`, ['Correct or unset BROWSER.'])
}

/** The programs of the list, where none of them exists. */
async function missing({commands}: Extract<BrowserChoice, {kind: 'commands'}>): Promise<readonly string[] | false> {
  const programs = commands.map(([program = '']) => program)
  for (const program of programs) if ((await findProgram(program)) !== undefined) return false
  return programs
}

function attempt<T extends object>(name: string, work: () => T): Check | T {
  try {
    return work()
  } catch (error) {
    if (!isProblem(error)) throw error
    return failed(name, error)
  }
}

function failed(
  name: string,
  {message, suggestions}: {readonly message: string; readonly suggestions: readonly string[]},
): Check {
  return {name, outcome: 'fail', message, suggestions}
}
