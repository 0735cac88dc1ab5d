import {createPublicKey} from 'node:crypto'
import semver from 'semver'
import {faultBySchema, faultsBySchema, publishedSchema} from '../configuration/schema.ts'
import type {Policy} from './policy.ts'
import {unusable} from './problems.ts'

/** One thing that is wrong with a policy, and where: the keys that lead to it. */
export interface PolicyFault {
  readonly keys: readonly string[]
  readonly isUnknown: boolean
  readonly why: string
}

/** @throws Problem POLICY_INVALID (78) naming the key */
export function parsePolicy(text: string, file: string): Policy {
  const value = parsed(text, file)
  const fault = faultBySchema(publishedSchema('policy'), value) ?? faultsBeside(value as Policy)[0]
  if (fault) throw unusable('INVALID', file, told(fault))
  const {$schema: _schema, ...rest} = value as Policy & {readonly $schema?: string}
  return {...normalized(rest), file}
}

/** All that is wrong with what is JSON; nothing where it is a policy. */
export function faultsOfPolicy(value: unknown): readonly PolicyFault[] {
  const faults = faultsBySchema(publishedSchema('policy'), value)
  return faults.length > 0 ? faults : faultsBeside(value as Policy)
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw unusable('INVALID', file, 'is not JSON')
    throw error
  }
}

function told({isUnknown, keys, why}: PolicyFault): string {
  const key = keys.join('.')
  if (isUnknown) return `has the key ${key}, which this version of superset does not know`
  return key === '' ? `is not a policy: ${why}` : `is wrong at ${key}: ${why}`
}

/** What the schema cannot say. */
function faultsBeside(policy: Policy): readonly PolicyFault[] {
  return [...faultsOfVersions(policy), ...faultsOfAddresses(policy), ...faultsOfKeys(policy)]
}

function faultAt(key: string, why: string): PolicyFault {
  return {keys: key.split('.'), isUnknown: false, why}
}

function faultsOfVersions({identity, plugins, update}: Policy): readonly PolicyFault[] {
  const minimum = update?.minimum
  const isWrong = minimum !== undefined && semver.valid(minimum) !== minimum
  const ranges = [
    ['identity.version', identity?.version] as const,
    ...(plugins?.allowed ?? []).map(({version}, index) => [`plugins.allowed.${index}.version`, version] as const),
  ]
  return [
    ...(isWrong ? [faultAt('update.minimum', 'it is not a version such as 1.2.3')] : []),
    ...ranges
      .filter(([, range]) => range !== undefined && semver.validRange(range) === null)
      .map(([key]) => faultAt(key, 'it is not a range of versions')),
  ]
}

/** The schema knows the form of an address, and not every name of a host that is none. */
function faultsOfAddresses({login, plugins, update}: Policy): readonly PolicyFault[] {
  const addresses = [
    ['login.apiUrl', login?.apiUrl] as const,
    ['login.issuer', login?.issuer] as const,
    ['update.host', update?.host] as const,
    ...(plugins?.registries ?? []).map((one, index) => [`plugins.registries.${index}`, one] as const),
  ]
  return addresses
    .filter(([, address]) => address !== undefined && !URL.canParse(address))
    .map(([key]) => faultAt(key, 'it is not an address'))
}

function faultsOfKeys({plugins}: Policy): readonly PolicyFault[] {
  return (plugins?.signatures?.keys ?? [])
    .map(({key}, index) => ({at: `plugins.signatures.keys.${index}.key`, key}))
    .filter(({key}) => !isPublicKey(key))
    .map(({at}) => faultAt(at, 'it is not a public key'))
}

function isPublicKey(key: string): boolean {
  try {
    return createPublicKey({key: Buffer.from(key, 'base64'), format: 'der', type: 'spki'}).type === 'public'
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

/** As the rest of the program writes addresses. */
function normalized(policy: Omit<Policy, 'file'>): Omit<Policy, 'file'> {
  const {login, plugins} = policy
  return {
    ...policy,
    ...(login && {login: {...login, ...(login.apiUrl !== undefined && {apiUrl: new URL(login.apiUrl).origin})}}),
    ...(plugins && {
      plugins: {...plugins, ...(plugins.registries && {registries: plugins.registries.map((one) => withSlash(one))})},
    }),
  }
}

function withSlash(address: string): string {
  const {href} = new URL(address)
  return href.endsWith('/') ? href : `${href}/`
}
