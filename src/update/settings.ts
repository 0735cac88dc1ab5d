import {isObject} from '@superset/identity'
import {faultOfAddress} from '../configuration/address.ts'
import type {Policy} from '../policy/policy.ts'
import {policyRefusal} from '../policy/problems.ts'
import {type TrustedKey, trustedKey} from './envelope.ts'
import {badSettings} from './problems.ts'
import {isChannel} from './release-version.ts'

/** Where releases come from, and whose signature counts. */
export interface UpdateSettings {
  /** Ends in a slash. */
  readonly base: URL
  readonly keys: readonly TrustedKey[]
  /** The channel of those who chose none. */
  readonly channel: string
  /** Set where the policy allows no other channel. */
  readonly onlyChannel?: string
}

const DEFAULT_CHANNEL = 'stable'

/** `superset.update` of package.json, which a release build fills in. */
export function buildSettings(pjson: object): unknown {
  const ours: unknown = Reflect.get(pjson, 'superset')
  return isObject(ours) ? ours['update'] : undefined
}

/**
 * What this build says (`superset.update` of its package.json), within what the machine's policy allows.
 * @throws Problem POLICY_REFUSED (77), UPDATE_SETTINGS (78)
 */
export function updateSettings(build: unknown, policy: Policy | undefined): UpdateSettings {
  demandEnabled(policy)
  const rules = policy?.update
  const {channel = DEFAULT_CHANNEL, host, keys} = isObject(build) ? build : {}
  const chosen = rules?.channel ?? channel
  if (typeof chosen !== 'string' || !isChannel(chosen)) throw badSettings('its channel is not valid')
  return {
    base: baseOf(rules?.host ?? host),
    keys: keysOf(keys),
    channel: chosen,
    ...(rules?.channel !== undefined && {onlyChannel: rules.channel}),
  }
}

/** @throws Problem POLICY_REFUSED (77) */
export function demandEnabled(policy: Policy | undefined): void {
  if (policy?.update?.enabled === false)
    throw policyRefusal({policy, key: 'update.enabled', rule: 'does not allow updates'})
}

/** @throws Problem POLICY_REFUSED (77) */
export function demandAuto(policy: Policy | undefined): void {
  demandEnabled(policy)
  if (policy?.update?.auto === false)
    throw policyRefusal({policy, key: 'update.auto', rule: 'does not let superset update itself'})
}

/** @throws Problem POLICY_REFUSED (77) */
export function demandAllowed(channel: string, policy: Policy | undefined): void {
  const only = policy?.update?.channel
  if (policy && only !== undefined && channel !== only)
    throw policyRefusal({
      policy,
      key: 'update.channel',
      rule: `allows releases of the channel ${only} only, not of ${channel}`,
    })
}

/** https alone keeps what is asked for from others; releases themselves are safe by their signature. */
function baseOf(host: unknown): URL {
  const text = typeof host === 'string' ? host : ''
  const fault = faultOfAddress(text) ?? (/[?#]/.test(text) ? 'must have neither a query nor a fragment' : undefined)
  if (fault) throw badSettings(`the address of its release host ${fault}`)
  return new URL(text.endsWith('/') ? text : `${text}/`)
}

function keysOf(keys: unknown): readonly TrustedKey[] {
  if (!Array.isArray(keys) || keys.length === 0) throw badSettings('it trusts no key')
  try {
    return keys.map((key) => trustedKey(String(key)))
  } catch (error) {
    throw error instanceof RangeError ? badSettings('one of the keys that it trusts is none') : error
  }
}
