import {
  type IdentityPolicy,
  type IdentityRequest,
  type LoginMethod,
  type LoginOptions,
  type ProfileSettings,
  type Source,
  type Sourced,
  sourceName,
  type Storage,
} from '@superset/identity'
import type {AllowedMethod, Policy} from './policy.ts'
import {policyRefusal, undo} from './problems.ts'

/** What a policy can pin to one value, and how messages and command lines call it. */
const PINS = {
  issuer: {key: 'login.issuer', what: 'the issuer', flag: 'issuer'},
  clientId: {key: 'login.clientId', what: 'the client id', flag: 'client-id'},
  apiUrl: {key: 'login.apiUrl', what: 'the API', flag: 'api-url'},
} as const
export type Pin = keyof typeof PINS

const INTERACTIVE: readonly LoginMethod[] = ['browser', 'device']

/**
 * The request as the policy lets it be: what is pinned is in it, whoever asked for nothing else; what somebody chose
 * differently is refused, and never silently replaced. Pure: before any file of a credential is read.
 * @throws Problem POLICY_REFUSED (77)
 */
export function constrainRequest(request: IdentityRequest, policy: Policy | undefined): IdentityRequest {
  if (!policy) return request
  checkMethods(request, policy)
  const issuer = pinned('issuer', request.issuer, policy)
  const storage = allowedStorage(request.storage, policy)
  return {
    ...request,
    ...(issuer && {issuer}),
    clientId: pinned('clientId', request.clientId, policy) ?? request.clientId,
    apiUrl: pinned('apiUrl', request.apiUrl, policy) ?? request.apiUrl,
    ...(storage && {storage}),
    ...(request.settings && {settings: constrainSettings(request.settings, policy)}),
    policy: identityPolicy(policy),
  }
}

/** @throws Problem POLICY_REFUSED (77) for options of a sign-in that the policy forbids */
export function constrainLogin(options: LoginOptions, policy: Policy): LoginOptions {
  for (const pin of Object.keys(PINS) as Pin[]) {
    for (const value of [options[pin], options.settings?.[pin]])
      if (value !== undefined) checkPin(pin, {value: comparable(pin, value), source: 'flag'}, policy)
  }

  if (options.storage !== undefined) checkStorage({value: options.storage, source: 'flag'}, policy)
  const method = chosenMethod(options, policy)
  return method === undefined ? options : {...options, method}
}

/** What a provider may know of the policy. */
function identityPolicy(policy: Policy): IdentityPolicy {
  const {file, login, storage} = policy
  const methods = login?.methods?.filter((method) => method !== 'sandbox')
  return {
    file,
    ...pins(policy),
    ...(methods && {methods}),
    ...(storage && {storages: storage.allowed}),
    ...(login?.widerScope && {widerScope: login.widerScope}),
  }
}

function pins({login}: Policy): Partial<Record<Pin, string>> {
  const entries = (Object.keys(PINS) as Pin[]).map((pin) => [pin, login?.[pin]])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<Record<Pin, string>>
}

function pinned(pin: Pin, given: Sourced<string> | undefined, policy: Policy): Sourced<string> | undefined {
  const value = policy.login?.[pin]
  if (value === undefined) return given
  if (given && given.source !== 'default') checkPin(pin, given, policy)
  return {value, source: 'policy'}
}

/** @throws Problem POLICY_REFUSED (77) for another value than the pinned one */
export function checkPin(pin: Pin, given: Sourced<string>, policy: Policy): void {
  const required = policy.login?.[pin]
  if (required === undefined || given.value === required) return
  const {flag, key, what} = PINS[pin]
  throw policyRefusal({
    policy,
    key,
    rule: `requires ${what} ${required}`,
    what: `It is not ${given.value} (from ${sourceName(given.source, `--${flag}`)}).`,
    suggestions: [undo(given.source, flag)],
  })
}

function comparable(pin: Pin, value: string): string {
  return pin === 'apiUrl' ? (URL.parse(value)?.origin ?? value) : value
}

function allowedStorage(given: Sourced<Storage> | undefined, policy: Policy): Sourced<Storage> | undefined {
  const allowed = policy.storage?.allowed
  if (!allowed) return given
  if (given) checkStorage(given, policy)
  const [first] = allowed
  if (given || first === undefined || allowed.includes('keychain')) return given
  return {value: first, source: 'policy'}
}

/** @throws Problem POLICY_REFUSED (77) for a storage that is not allowed */
export function checkStorage({value, source}: Sourced<Storage>, policy: Policy): void {
  const allowed = policy.storage?.allowed
  if (!allowed || allowed.includes(value)) return
  const where = source === 'stored' ? 'Your credential is in' : 'Refused:'
  throw policyRefusal({
    policy,
    key: 'storage.allowed',
    rule: `allows credentials in ${allowed.join(', ')} only`,
    what: `${where} ${value}${source === 'stored' ? '' : ` (from ${sourceName(source, '--storage')})`}.`,
    suggestions:
      source === 'stored'
        ? [`Run \`superset auth migrate --to ${allowed[0]}\`, or \`superset auth logout\`.`]
        : [undo(source, 'storage')],
  })
}

/** @throws Problem POLICY_REFUSED (77) unless one of these ways is allowed */
export function checkMethod(oneOf: readonly AllowedMethod[], source: Source, policy: Policy, flag = 'api-key'): void {
  const methods = policy.login?.methods
  if (!methods || oneOf.some((method) => methods.includes(method))) return
  throw policyRefusal({
    policy,
    key: 'login.methods',
    rule: `allows ${methods.join(', ')} only`,
    what: `Refused: ${oneOf.join(', ')} (from ${sourceName(source, `--${flag}`)}).`,
    suggestions: [undo(source, flag)],
  })
}

/** A credential from outside that is not allowed is refused even where another one would win. */
function checkMethods(request: IdentityRequest, policy: Policy): void {
  const {apiKeyFlag, sandboxWorkspaceId, secrets, workload} = request
  if (apiKeyFlag !== undefined) checkMethod(['api-key'], 'flag', policy)
  if (secrets.apiKey !== undefined) checkMethod(['api-key'], 'env:SUPERSET_API_KEY', policy)
  if (secrets.token !== undefined) checkMethod(['token'], 'env:SUPERSET_TOKEN', policy)
  if (sandboxWorkspaceId !== undefined) checkMethod(['sandbox'], 'env:SUPERSET_SANDBOX_WORKSPACE_ID', policy)
  if (workload) checkMethod(['workload'], workload.source, policy)
}

/**
 * For providers that read what was saved. It belongs to the issuer and the API that it was saved with, so that for others
 * all of it is set aside.
 */
function constrainSettings(settings: ProfileSettings, policy: Policy): ProfileSettings {
  const {identity, plugins, storage, workload, ...how} = settings
  const pinnedTo = pins(policy)
  const isOther = (pin: Pin): boolean =>
    how[pin] !== undefined && pinnedTo[pin] !== undefined && comparable(pin, how[pin]) !== pinnedTo[pin]
  const {clientId, ...rest} = isOther('issuer') || isOther('apiUrl') ? {} : how
  const isAllowed = storage !== undefined && (policy.storage?.allowed.includes(storage) ?? true)
  return {
    ...rest,
    ...(clientId !== undefined && !isOther('clientId') && {clientId}),
    ...(identity !== undefined && {identity}),
    ...(plugins && {plugins}),
    ...(workload && {workload}),
    ...(isAllowed && {storage}),
  }
}

/** Whoever names no way gets the one that is allowed; where both are, the provider chooses between them. */
function chosenMethod({apiKey, method}: LoginOptions, policy: Policy): LoginMethod | undefined {
  const methods = policy.login?.methods
  if (!methods) return method
  if (apiKey !== undefined) checkMethod(['api-key'], 'flag', policy)
  if (method !== undefined) checkMethod([method], 'flag', policy, 'method')
  if (apiKey !== undefined || method !== undefined) return method
  const [first, second] = INTERACTIVE.filter((one) => methods.includes(one))
  if (second !== undefined) return undefined
  if (first !== undefined) return first
  throw policyRefusal({
    policy,
    key: 'login.methods',
    rule: `allows ${methods.join(', ')} only`,
    suggestions: methods.includes('api-key') ? ['Run `superset auth login --with-api-key`.'] : [],
  })
}
