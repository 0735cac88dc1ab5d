import type {Problem} from '@superset/identity'
import {EXIT, type IdentityPolicy, type IdentityRequest, type Storage} from '@superset/identity'
import {problem} from './problem.ts'
import type {Binding, Credential, Tokens} from './model.ts'
import {DEFAULT_SCOPE} from './settings.ts'
import {scopesBeyond} from './wider-scope.ts'

/**
 * What only this plugin can see of a credential. The host checks the rest, for every provider alike; here nothing is read
 * from a keychain, nor sent, that the policy does not allow.
 */
type PolicyRequest = Pick<IdentityRequest, 'policy'>

/** @throws Problem POLICY_REFUSED (77) for a stored credential of another issuer, client, API or storage */
export function checkStored(
  {binding, storage}: {readonly binding: Binding; readonly storage: Storage},
  kind: Credential['kind'],
  {policy}: PolicyRequest,
): void {
  if (!policy) return
  checkStorage(storage, policy)
  const {apiUrl, clientId, issuer} = binding
  const stored = kind === 'api-key' ? {apiUrl} : {apiUrl, clientId, issuer}
  for (const [key, value] of Object.entries(stored) as [keyof typeof stored, string][]) {
    const required = policy[key]
    if (required !== undefined && required !== value)
      throw refused(policy, `login.${key}`, `requires ${required}`, `What is stored is for ${value}.`)
  }
}

/** @throws Problem POLICY_REFUSED (77) */
export function checkStorage(storage: Storage, policy: IdentityPolicy | undefined): void {
  const allowed = policy?.storages
  if (!policy || !allowed || allowed.includes(storage)) return
  throw refused(policy, 'storage.allowed', `allows credentials in ${allowed.join(', ')} only`, `Not in ${storage}.`)
}

/** Row 41: what was granted beyond what was asked for is not used where the policy says so. @throws POLICY_REFUSED (77) */
export function checkScope({scope}: Pick<Tokens, 'scope'>, asked: string | undefined, {policy}: PolicyRequest): void {
  if (policy?.widerScope !== 'refuse') return
  const wider = scopesBeyond(asked ?? DEFAULT_SCOPE, scope)
  if (wider.length === 0) return
  throw refused(
    policy,
    'login.widerScope',
    'refuses a session whose scope is wider than asked for',
    `The issuer granted more than was asked: ${wider.join(', ')}.`,
  )
}

function refused({file}: IdentityPolicy, key: string, rule: string, what: string): Problem {
  return problem('POLICY_REFUSED', EXIT.denied, `Your organisation ${rule} (policy ${file}: ${key}). ${what}`, [
    'Run `superset auth login` to sign in as the policy wants it.',
    'Or ask your administrator.',
  ])
}
