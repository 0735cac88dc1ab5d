import {createPublicKey} from 'node:crypto'
import semver from 'semver'
import {faultBySchema, publishedSchema, type SchemaFault} from '../configuration/schema.ts'
import type {Policy} from './policy.ts'
import {unusable} from './problems.ts'

/** @throws Problem POLICY_INVALID (78) naming the key */
export function parsePolicy(text: string, file: string): Policy {
  const value = parsed(text, file)
  const fault = faultBySchema(publishedSchema('policy'), value)
  if (fault) throw unusable('INVALID', file, told(fault))
  const policy = value as Policy & {readonly $schema?: string}
  checkRanges(policy, file)
  checkAddresses(policy, file)
  checkKeys(policy, file)
  const {$schema: _schema, ...rest} = policy
  return {...normalized(rest), file}
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw unusable('INVALID', file, 'is not JSON')
    throw error
  }
}

function told({isUnknown, keys, why}: SchemaFault): string {
  const key = keys.join('.')
  if (isUnknown) return `has the key ${key}, which this version of superset does not know`
  return key === '' ? `is not a policy: ${why}` : `is wrong at ${key}: ${why}`
}

function checkRanges({identity, plugins, update}: Policy, file: string): void {
  if (update?.minimum !== undefined && semver.valid(update.minimum) !== update.minimum)
    throw unusable('INVALID', file, 'is wrong at update.minimum: it is not a version such as 1.2.3')
  const ranges = [
    ['identity.version', identity?.version] as const,
    ...(plugins?.allowed ?? []).map(({version}, index) => [`plugins.allowed.${index}.version`, version] as const),
  ]
  for (const [key, range] of ranges) {
    if (range !== undefined && semver.validRange(range) === null)
      throw unusable('INVALID', file, `is wrong at ${key}: it is not a range of versions`)
  }
}

/** The schema knows the form of an address, and not every name of a host that is none. */
function checkAddresses({login, plugins, update}: Policy, file: string): void {
  const addresses = [
    ['login.apiUrl', login?.apiUrl] as const,
    ['login.issuer', login?.issuer] as const,
    ['update.host', update?.host] as const,
    ...(plugins?.registries ?? []).map((one, index) => [`plugins.registries.${index}`, one] as const),
  ]
  for (const [key, address] of addresses) {
    if (address !== undefined && !URL.canParse(address))
      throw unusable('INVALID', file, `is wrong at ${key}: it is not an address`)
  }
}

function checkKeys({plugins}: Policy, file: string): void {
  for (const [index, {key}] of (plugins?.signatures?.keys ?? []).entries()) {
    try {
      createPublicKey({key: Buffer.from(key, 'base64'), format: 'der', type: 'spki'})
    } catch {
      throw unusable('INVALID', file, `is wrong at plugins.signatures.keys.${index}.key: it is not a public key`)
    }
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
