import type {IdentityDescription, IdentityProvider, IdentityRequest, LoginResult, Session} from '@superset/identity'
import {isProblem} from '@superset/identity'
import {checkStorage, constrainLogin} from './constrain.ts'
import {decisions} from './decisions.ts'
import {checkFacts, type Facts} from './facts.ts'
import type {Policy} from './policy.ts'

/** Every member of the contract: a new one does not compile before it was decided what the policy says of it. */
type GuardedProvider = {readonly [Member in keyof Required<IdentityProvider>]: IdentityProvider[Member]}

/**
 * A provider that keeps to the policy, whatever plugin it comes from: what it would do is checked before, by what it says
 * of itself offline, and what it hands out is checked after. Each of its values is read once: what was judged is what is
 * handed on, whatever a getter would answer the second time.
 */
export function guardProvider(provider: IdentityProvider, policy: Policy): IdentityProvider {
  const {capabilities, describe, diagnose, login, logout, migrate, name, profiles, refresh, repair} = provider
  const {session, settle, signInSteps} = provider
  const checkDescribed = async (request: IdentityRequest) => {
    const found = await describe.call(provider, request)
    const {signedIn} = found
    checkFacts(factsOf(found, found.storage?.kind), signedIn ? 'offline' : 'nothing', policy)
  }
  const guarded: GuardedProvider = {
    name,
    capabilities: [...capabilities],
    async session(request) {
      await checkDescribed(request)
      const given = await session.call(provider, request)
      return given && checkedSession(given, policy)
    },
    describe: async (request) => described(await describe.call(provider, request), policy),
    login:
      login &&
      (async (request, options) =>
        checkedResult(await login.call(provider, request, constrainLogin(options, policy)), policy)),
    refresh:
      refresh &&
      (async (request, options) => {
        await checkDescribed(request)
        return refresh.call(provider, request, options)
      }),
    migrate:
      migrate &&
      (async (request, to) => {
        checkStorage({value: to, source: 'flag'}, policy)
        return checkedResult(await migrate.call(provider, request, to), policy)
      }),
    // Signing out is always allowed; so is looking, and mending what belongs to the provider.
    logout: logout?.bind(provider),
    profiles: profiles?.bind(provider),
    diagnose: diagnose?.bind(provider),
    repair: repair?.bind(provider),
    settle: settle?.bind(provider),
    signInSteps: signInSteps?.bind(provider),
  }
  const {describe: guardedDescribe, session: guardedSession, name: _name, capabilities: all, ...optional} = guarded
  return {describe: guardedDescribe, session: guardedSession, name, capabilities: all, ...withoutUndefined(optional)}
}

type Present<T> = {readonly [Key in keyof T]?: Exclude<T[Key], undefined>}

/** What a provider cannot do, it must not seem to be able to. */
function withoutUndefined<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>
}

type SessionFacts = Pick<Session, 'apiUrl' | 'issuer' | 'scheme' | 'source'>

function factsOf({apiUrl, issuer, scheme, source}: Partial<SessionFacts>, storage?: unknown): Facts {
  return {apiUrl, issuer, scheme, source, storage}
}

/** The session with the values that were judged; its methods go on to the provider's own object. */
function checkedSession(given: Session, policy: Policy): Session {
  const {account, apiUrl, expiresAt, issuer, organization, profile, scheme, source, subject} = given
  const {fetch, selectOrganization, token} = given
  checkFacts(factsOf({apiUrl, issuer, scheme, source}), 'complete', policy)
  return {
    ...{apiUrl, issuer, profile, scheme, source},
    ...(account !== undefined && {account}),
    ...(expiresAt !== undefined && {expiresAt}),
    ...(organization !== undefined && {organization}),
    ...(subject !== undefined && {subject}),
    fetch: fetch.bind(given),
    token: token.bind(given),
    ...(selectOrganization && {selectOrganization: selectOrganization.bind(given)}),
  }
}

/** The credential is stored by now, but no run will use it. */
function checkedResult(given: LoginResult, policy: Policy): LoginResult {
  const {apiUrl, issuer, scheme, storage} = given
  checkFacts(factsOf({apiUrl, issuer, scheme, source: 'stored'}, storage), 'complete', policy)
  return {...given, apiUrl, issuer, scheme, ...(storage !== undefined && {storage})}
}

/** What `auth status` says: what the policy decides, and why a credential is not used. */
function described(given: IdentityDescription, policy: Policy): IdentityDescription {
  const {apiUrl, issuer, notes: own, scheme, signedIn, source, storage: where} = given
  const storage = where && {kind: where.kind, place: where.place, encrypted: where.encrypted}
  const notes = [...own, ...decisions(policy)]
  const found = {
    ...given,
    ...{apiUrl, notes, signedIn},
    ...(issuer !== undefined && {issuer}),
    ...(scheme !== undefined && {scheme}),
    ...(source !== undefined && {source}),
    ...(storage && {storage}),
  }
  try {
    checkFacts({apiUrl, issuer, scheme, source, storage: storage?.kind}, signedIn ? 'offline' : 'nothing', policy)
    return found
  } catch (error) {
    if (!isProblem(error)) throw error
    const {code, exit, message, suggestions} = error
    return {...found, signedIn: false, problem: {code, exit, message, suggestions}}
  }
}
