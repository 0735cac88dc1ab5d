import type {
  IdentityDescription,
  IdentityProvider,
  IdentityRequest,
  LoginResult,
  Scheme,
  Session,
  Source,
  Storage,
} from '@superset/identity'
import {isProblem} from '@superset/identity'
import {checkMethod, checkPin, checkStorage, constrainLogin} from './constrain.ts'
import {decisions} from './decisions.ts'
import type {AllowedMethod, Policy} from './policy.ts'

/** Every member of the contract: a new one does not compile before it was decided what the policy says of it. */
type Guarded = {readonly [Member in keyof Required<IdentityProvider>]: IdentityProvider[Member]}

/**
 * A provider that keeps to the policy, whatever plugin it comes from: what it would do is checked before, by what it says
 * of itself offline, and what it hands out is checked after.
 */
export function guardProvider(provider: IdentityProvider, policy: Policy): IdentityProvider {
  const {login, migrate, refresh} = provider
  const checkStored = async (request: IdentityRequest) => checkFacts(await provider.describe(request), policy)
  const guarded: Guarded = {
    name: provider.name,
    capabilities: provider.capabilities,
    async session(request) {
      await checkStored(request)
      const session = await provider.session(request)
      if (session) checkSession(session, policy)
      return session
    },
    describe: async (request) => described(await provider.describe(request), policy),
    login:
      login &&
      (async (request, options) => {
        const result = await login.call(provider, request, constrainLogin(options, policy))
        checkResult(result, policy)
        return result
      }),
    refresh:
      refresh &&
      (async (request, options) => {
        await checkStored(request)
        return refresh.call(provider, request, options)
      }),
    migrate:
      migrate &&
      (async (request, to) => {
        checkStorage({value: to, source: 'flag'}, policy)
        return migrate.call(provider, request, to)
      }),
    // Signing out is always allowed; so is looking, and mending what belongs to the provider.
    logout: provider.logout?.bind(provider),
    profiles: provider.profiles?.bind(provider),
    diagnose: provider.diagnose?.bind(provider),
    repair: provider.repair?.bind(provider),
    settle: provider.settle?.bind(provider),
    signInSteps: provider.signInSteps?.bind(provider),
  }
  const {describe, session, name, capabilities, ...optional} = guarded
  return {describe, session, name, capabilities, ...withoutUndefined(optional)}
}

type Present<T> = {readonly [Key in keyof T]?: Exclude<T[Key], undefined>}

/** What a provider cannot do, it must not seem to be able to. */
function withoutUndefined<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>
}

/** What is known of a credential, with or without its secret. */
interface Facts {
  readonly scheme?: Scheme
  readonly source?: Source
  readonly issuer?: string
  readonly apiUrl: string
  readonly storage?: {readonly kind: Storage}
}

/** @throws Problem POLICY_REFUSED (77) */
function checkFacts({apiUrl, issuer, scheme, source, storage}: Facts, policy: Policy): void {
  if (source === undefined) return
  checkPin('apiUrl', {value: apiUrl, source}, policy)
  if (scheme !== undefined) checkMethod(methodsOf(scheme, source), source, policy)
  // An API key has no issuer, and the network of a sandbox presents nothing of ours.
  if (issuer !== undefined && scheme === 'bearer') checkPin('issuer', {value: issuer, source}, policy)
  if (storage) checkStorage({value: storage.kind, source: 'stored'}, policy)
}

function checkSession(session: Session, policy: Policy): void {
  checkFacts(session, policy)
}

/** The credential is stored by now, but no run will use it. */
function checkResult(result: LoginResult, policy: Policy): void {
  const {apiUrl, issuer, scheme, storage} = result
  checkFacts({apiUrl, issuer, scheme, source: 'stored', ...(storage && {storage: {kind: storage}})}, policy)
}

/** The ways that lead to such a credential. What is stored does not say which of several it was. */
function methodsOf(scheme: Scheme, source: Source): readonly AllowedMethod[] {
  if (scheme === 'ambient' || source === 'sandbox') return ['sandbox']
  if (source === 'workload') return ['workload']
  if (scheme === 'api-key') return ['api-key']
  return source === 'stored' || source === 'profile' || source === 'config' ? ['browser', 'device'] : ['token']
}

/** What `auth status` says: what the policy decides, and why a credential is not used. */
function described(found: IdentityDescription, policy: Policy): IdentityDescription {
  const notes = [...found.notes, ...decisions(policy)]
  try {
    checkFacts(found, policy)
    return {...found, notes}
  } catch (error) {
    if (!isProblem(error)) throw error
    const {code, exit, message, suggestions} = error
    return {...found, notes, signedIn: false, problem: {code, exit, message, suggestions}}
  }
}
