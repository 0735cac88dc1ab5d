import {boundFetch, type IdentityRequest, type Session, signInNeeded, variableOf} from '@superset/identity'
import * as problems from '../problems.ts'
import type {Credential} from '../protocol/credential.ts'
import {signInSteps} from '../sign-in-steps.ts'
import {changed, type CommandSettings, isSet, settingsOf} from '../settings.ts'
import {askCommand} from './ask.ts'
import {CredentialKeeper} from './keeper.ts'
import {attach, methodOf, openOutside, outsideCredentials} from './outside.ts'

/**
 * The session of this run: a credential that came with it, else the command's. `undefined`: nobody is signed in.
 * @throws Problem CONFIG_INVALID, ORIGIN_MISMATCH, ORIGIN_UNNAMED (78), POLICY_METHOD (77), and as `askCommand`
 */
export async function openSession(request: IdentityRequest): Promise<Session | undefined> {
  const [outside] = outsideCredentials(request)
  if (outside) {
    if (outside.scheme !== 'ambient') checkMethod(outside.scheme, request)
    return openOutside(outside, request)
  }

  if (!isSet(request)) return undefined
  const settings = settingsOf(request)
  const apiUrl = apiUrlOf(settings, request)
  checkAnyMethod(request)
  const answered = await askCommand({apiUrl, refused: false, request, settings})
  if (!answered) return undefined
  const first = checked(answered, settings, request)
  const ask = async (refused: boolean) => {
    const next = await askCommand({apiUrl, refused, request, settings})
    if (!next) throw signInNeeded(request, signInSteps(request))
    checkHolder(first, next, settings, request)
    return checked(next, settings, request)
  }

  const keeper = new CredentialKeeper({ask, now: Date.now, first})
  return commandSession(keeper, first, {apiUrl, request, settings})
}

interface Context {
  readonly apiUrl: string
  readonly request: IdentityRequest
  readonly settings: CommandSettings
}

function commandSession(keeper: CredentialKeeper, first: Credential, {apiUrl, request, settings}: Context): Session {
  const {account, expiresAt, scheme, subject} = first
  const {remember} = request
  const organization = organizationOf(settings, request)
  return {
    issuer: first.issuer ?? expectedIssuer(settings, request) ?? apiUrl,
    apiUrl,
    profile: request.profile,
    scheme,
    source: 'command',
    ...(subject !== undefined && {subject}),
    ...(account !== undefined && {account}),
    ...(organization && {organization}),
    ...(expiresAt && {expiresAt}),
    fetch: boundFetch({
      apiUrl,
      current: () => keeper.current(),
      headers: ({credential}) => attach(scheme, credential.token),
      replace: (refused) => keeper.replace(refused),
    }),
    token: async () => (await keeper.current()).credential.token,
    ...(remember && {selectOrganization: (id: string) => remember(changed(request, {organization: id}))}),
  }
}

export function organizationOf(settings: CommandSettings, request: IdentityRequest): Session['organization'] {
  if (request.organization) return request.organization
  return settings.organization === undefined ? undefined : {value: settings.organization, source: 'profile'}
}

/**
 * The API that the command's credential is for: what the settings say, else the profile, the policy or the default. A
 * variable of the environment names none: it would send somebody's credential wherever a folder's `.envrc` wants it.
 * @throws Problem ORIGIN_MISMATCH (78)
 */
export function apiUrlOf(settings: CommandSettings, request: IdentityRequest): string {
  const {value, source} = request.apiUrl
  const variable = variableOf(source)
  const own = settings.apiUrl ?? (variable !== undefined ? (request.settings?.apiUrl ?? request.defaultApiUrl) : value)
  if (source === 'default' || value === own) return own
  throw problems.originMismatch(own, value, variable ?? `the ${source}`, request)
}

function expectedIssuer({issuer}: CommandSettings, {issuer: named, policy}: IdentityRequest): string | undefined {
  return policy?.issuer ?? issuer ?? named?.value
}

/** @throws Problem AUTH_COMMAND_ISSUER (77, 78), POLICY_METHOD (77) */
function checked(credential: Credential, settings: CommandSettings, request: IdentityRequest): Credential {
  checkMethod(credential.scheme, request)
  const expected = expectedIssuer(settings, request)
  if (expected === undefined || credential.issuer === undefined || credential.issuer === expected) return credential
  const byPolicy = request.policy?.issuer === undefined ? undefined : request.policy.file
  throw problems.wrongIssuer(settings.command, expected, byPolicy, request)
}

/** A session says whose it is once: what comes later must be the same holder's. */
function checkHolder(first: Credential, next: Credential, {command}: CommandSettings, request: IdentityRequest): void {
  if (next.scheme !== first.scheme) throw problems.anotherHolder(command, 'kind', request)
  if (next.issuer !== first.issuer) throw problems.anotherHolder(command, 'issuer', request)
  if (next.subject !== first.subject) throw problems.anotherHolder(command, 'subject', request)
}

/** A command that could give nothing that is allowed is not run. */
function checkAnyMethod(request: IdentityRequest): void {
  if (!request.policy?.methods?.includes('api-key')) checkMethod('bearer', request)
}

function checkMethod(scheme: 'api-key' | 'bearer', request: IdentityRequest): void {
  const {policy} = request
  const method = methodOf(scheme)
  if (policy?.methods && !policy.methods.includes(method)) throw problems.methodDenied(policy.file, method, request)
}
