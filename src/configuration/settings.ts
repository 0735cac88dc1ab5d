import type {Schema} from '@cfworker/json-schema'
import {EXIT, Problem, type ProfileSettings} from '@superset/identity'
import {faultOfIssuer, faultOfOrigin} from './address.ts'
import {faultBySchema, publishedSchema} from './schema.ts'

/** What a user chose for all profiles. */
export interface GlobalSettings {
  /** The profile that commands use when neither flag nor variable names one. */
  readonly profile?: string
  /** Package name of the identity plugin (`superset identity use`). */
  readonly identity?: string
}

type Values = Readonly<Record<string, unknown>>

const origin = (text: string): string | undefined => faultOfOrigin(text, 'https://api.example.com')
/** The schema knows the form of an address; these know what is wrong with one, and names of hosts that are none. */
const ADDRESSES = {issuer: faultOfIssuer, apiUrl: origin, webUrl: origin}

/** @throws Problem CONFIG_INVALID (78) naming the key */
export function checkGlobal(value: Values, file: string): GlobalSettings {
  return checked<GlobalSettings>(value, 'settings', file)
}

/** @throws Problem CONFIG_INVALID (78) naming the key */
export function checkProfile(value: Values, file: string): ProfileSettings {
  return checked<ProfileSettings>(value, 'profile', file)
}

/** A misspelt key would silently do nothing, and some of these keys keep sessions alive. */
function checked<T>(value: Values, name: 'profile' | 'settings', file: string): T {
  const [key, fault] = Object.keys(value).length === 0 ? [] : (faultIn(value, name) ?? [])
  if (key === undefined) return value as T
  throw new Problem({
    code: 'CONFIG_INVALID',
    message: `${file}: ${key} ${fault}.`,
    exit: EXIT.configuration,
    suggestions: [`Correct or remove ${key} in that file.`],
  })
}

/** @returns the key, and what is wrong with its value in the words of the schema */
export function faultIn(value: Values, name: 'profile' | 'settings'): readonly [string, string] | undefined {
  for (const [key, judge] of Object.entries(ADDRESSES)) {
    const one = value[key]
    const fault = typeof one === 'string' && name === 'profile' ? judge(one) : undefined
    if (fault !== undefined) return [key, fault]
  }

  const schema = publishedSchema(name)
  const found = faultBySchema(schema, value)
  if (!found) return undefined
  const [key] = found.keys
  if (key === undefined) return ['it', `is not valid: ${found.why}`]
  if (found.isUnknown) return [key, 'is not a setting that this version knows']
  const property = schema.properties?.[key] as Schema
  const {enum: words, title = schema.$defs?.[(property.$ref ?? '').replace('#/$defs/', '')]?.title} = property
  return [key, `must be ${title ?? `one of ${words?.join(', ')}`}`]
}
