import {type Scheme, type Source, type Storage, variableOf} from '@superset/identity'
import {checkMethod, checkPin, checkStorage, type Pin} from './constrain.ts'
import type {AllowedMethod, Policy} from './policy.ts'
import {policyRefusal} from './problems.ts'

/**
 * What an identity plugin says of a credential. It may be written by anybody, in any language that compiles to this: none
 * of it is what its type says before it was looked at.
 */
export interface Facts {
  readonly apiUrl: unknown
  readonly issuer: unknown
  readonly scheme: unknown
  readonly source: unknown
  readonly storage: unknown
}

/**
 * `complete`: of what is handed out. `offline`: of what is there, which the plugin may know in part. `nothing`: it says that
 * nobody is signed in.
 */
export type Kind = 'complete' | 'nothing' | 'offline'

/**
 * What a policy says of a credential. Where the policy decides by something that the plugin does not say, or calls by a
 * name of its own, the credential is refused: else leaving it out would be the way around.
 * @throws Problem POLICY_REFUSED (77)
 */
export function checkFacts(facts: Facts, kind: Kind, policy: Policy): void {
  if (kind === 'nothing' && facts.source === undefined) return
  checkApi(facts, policy)
  checkWay(facts, kind, policy)
  checkIssuer(facts, kind, policy)
  checkPlace(facts, kind, policy)
}

function checkApi({apiUrl, source}: Facts, policy: Policy): void {
  const required = policy.login?.apiUrl
  if (required === undefined) return
  if (typeof apiUrl !== 'string') throw unknown('login.apiUrl', `requires the API ${required}`, 'the API', policy)
  checkPinned('apiUrl', apiUrl, source, policy)
}

/** By who brought it, the ways that lead to such a credential. What is stored does not say which of several it was. */
function waysOf(source: unknown): Partial<Record<Scheme, readonly AllowedMethod[]>> | undefined {
  if (typeof source !== 'string') return undefined
  switch (source) {
    case 'stored':
    case 'profile':
    case 'config':
      return {'api-key': ['api-key'], bearer: ['browser', 'device']}
    case 'sandbox':
      return {ambient: ['sandbox']}
    case 'workload':
      return {bearer: ['workload']}
    default:
      return source === 'flag' || source === 'command' || variableOf(source) !== undefined
        ? {'api-key': ['api-key'], bearer: ['token']}
        : undefined
  }
}

function checkWay({scheme, source}: Facts, kind: Kind, policy: Policy): void {
  const methods = policy.login?.methods
  if (!methods) return
  const ways = waysOf(source)
  const oneOf =
    ways && scheme === undefined && kind !== 'complete'
      ? Object.values(ways).flat()
      : isScheme(scheme) && ways?.[scheme]
  if (!oneOf)
    throw unknown('login.methods', `allows ${methods.join(', ')} only`, 'how it came to its credential', policy)
  checkMethod(oneOf, source as Source, policy)
}

function isScheme(scheme: unknown): scheme is Scheme {
  return scheme === 'ambient' || scheme === 'api-key' || scheme === 'bearer'
}

/** An API key has no issuer, and the network of a sandbox presents nothing of ours. */
function checkIssuer({issuer, scheme, source}: Facts, kind: Kind, policy: Policy): void {
  const required = policy.login?.issuer
  if (required === undefined || scheme === 'api-key' || scheme === 'ambient') return
  // Of what comes from outside the issuer may be known when it has come.
  const isLater = kind !== 'complete' && (kind === 'nothing' || source !== 'stored')
  if (issuer === undefined && isLater && (scheme === undefined || scheme === 'bearer')) return
  if (typeof issuer !== 'string' || (scheme !== 'bearer' && kind === 'complete'))
    throw unknown('login.issuer', `requires the issuer ${required}`, 'whose credential it has', policy)
  checkPinned('issuer', issuer, source, policy)
}

function checkPlace({source, storage}: Facts, kind: Kind, policy: Policy): void {
  const allowed = policy.storage?.allowed
  if (!allowed) return
  if (storage !== undefined) return checkStorage({value: storage as Storage, source: 'stored'}, policy)
  if (kind !== 'offline' || source !== 'stored') return
  throw unknown('storage.allowed', `allows credentials in ${allowed.join(', ')} only`, 'where it keeps them', policy)
}

function checkPinned(pin: Pin, value: string, source: unknown, policy: Policy): void {
  checkPin(pin, {value, source: typeof source === 'string' ? (source as Source) : 'stored'}, policy)
}

function unknown(key: string, rule: string, what: string, policy: Policy): Error {
  return policyRefusal({
    policy,
    key,
    rule,
    what: `The identity plugin does not say ${what}, or not in the words of the contract.`,
    suggestions: ['Choose another one with `superset identity use`.'],
  })
}
