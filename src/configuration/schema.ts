import {type OutputUnit, type Schema, Validator} from '@cfworker/json-schema'
import {readFileSync} from 'node:fs'

/** What a schema says against a value. */
export interface SchemaFault {
  /** The keys that lead to it: none for the value as a whole. */
  readonly keys: readonly string[]
  /** The last of the keys is none that the schema knows. */
  readonly isUnknown: boolean
  readonly why: string
}

/** A published schema decides, and nothing beside it. It is as far from `src/configuration` as from the bundle. */
export function publishedSchema(name: 'policy' | 'profile' | 'settings'): Schema {
  return JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8')) as Schema
}

/** The deepest complaint is the cause of the others. */
export function faultBySchema(schema: Schema, value: unknown): SchemaFault | undefined {
  const {errors, valid} = validated(schema, value)
  if (valid) return undefined
  const [cause] = errors.toSorted((one, other) => keysOf(other).length - keysOf(one).length)
  return faultOf(cause)
}

/** Each place at which something is wrong, once: a complaint about what is around another one only repeats it. */
export function faultsBySchema(schema: Schema, value: unknown): readonly SchemaFault[] {
  const {errors, valid} = validated(schema, value)
  if (valid) return []
  const causes = errors.filter(
    ({instanceLocation}, at) =>
      !errors.some((other) => other.instanceLocation.startsWith(`${instanceLocation}/`)) &&
      errors.findIndex((other) => other.instanceLocation === instanceLocation) === at,
  )
  return causes.length === 0 ? [faultOf(undefined)] : causes.map((cause) => faultOf(cause))
}

function faultOf(cause: OutputUnit | undefined): SchemaFault {
  return {
    keys: cause ? keysOf(cause) : [],
    isUnknown: cause?.keyword === 'false',
    why: (cause?.error ?? 'a key holds half a character').replace(/\.$/, ''),
  }
}

function validated(schema: Schema, value: unknown): {readonly errors: readonly OutputUnit[]; readonly valid: boolean} {
  try {
    return new Validator(schema, '2020-12', false).validate(value)
  } catch (error) {
    // It writes keys as parts of an address, which a lone surrogate cannot be.
    if (error instanceof URIError) return {errors: [], valid: false}
    throw error
  }
}

/** RFC 6901 6: a JSON pointer as a fragment. */
function keysOf({instanceLocation}: OutputUnit): string[] {
  const keys = instanceLocation.split('/').slice(1)
  return keys.map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
}
