import type {Schema} from '@cfworker/json-schema'
import {isObject} from '@superset/identity'
import {publishedSchema} from './schema.ts'

/** A setting that can be named, with what its schema says. */
export interface Setting {
  /** As it is called in its file: `apiUrl`. */
  readonly key: string
  /** Whether it is chosen for all profiles, or for one. */
  readonly scope: 'global' | 'profile'
  readonly meaning: string | undefined
  readonly default: unknown
  readonly schema: Schema
}

/** A setting, or what is inside of one: `authorizeParameters.domain_hint`. */
export interface SettingPath {
  readonly setting: Setting
  readonly inside?: string | undefined
}

type Values = Readonly<Record<string, unknown>>

/** All that the published schemas have, those for all profiles first. */
export function listSettings(): readonly Setting[] {
  return (['settings', 'profile'] as const).flatMap((name) => {
    const root = publishedSchema(name)
    return Object.entries(root.properties ?? {}).map(([key, property]): Setting => {
      const schema = resolved(property as Schema, root)
      const {default: usual, description, title} = schema
      const scope = name === 'settings' ? 'global' : 'profile'
      return {key, scope, schema, default: usual, meaning: (description ?? title) as string | undefined}
    })
  })
}

/**
 * @param forProfile whether a profile was named: some settings can be chosen for one and for all
 * @returns `undefined` for what is no setting
 */
export function findSetting(typed: string, forProfile: boolean): SettingPath | undefined {
  const dot = typed.indexOf('.')
  const key = dot === -1 ? typed : typed.slice(0, dot)
  const found = listSettings().filter((one) => one.key === key)
  const setting = found.find(({scope}) => scope === (forProfile ? 'profile' : 'global')) ?? found[0]
  if (!setting) return undefined
  if (dot === -1) return {setting}
  const inside = typed.slice(dot + 1)
  return insideOf(setting.schema, inside) ? {setting, inside} : undefined
}

/** A value as it was typed: text where the setting is one, else what JSON makes of it; its schema judges the rest. */
export function parseValue(typed: string, path: SettingPath): unknown {
  const schema = schemaOf(path)
  if (schema?.type === 'string' || choicesOf(path).includes(typed)) return typed
  try {
    return JSON.parse(schema?.type === 'array' && !typed.startsWith('[') ? `[${typed}]` : typed) as unknown
  } catch {
    return typed
  }
}

/** The words that it can be, where there are only so many. */
export function choicesOf(path: SettingPath): readonly string[] {
  const schema = schemaOf(path) ?? {}
  return [schema, ...(schema.oneOf ?? [])].flatMap((one) => (one.enum ?? []) as string[])
}

export function readSetting(values: Values, {inside, setting: {key}}: SettingPath): unknown {
  const value = Object.hasOwn(values, key) ? values[key] : undefined
  if (inside === undefined) return value
  return isObject(value) && Object.hasOwn(value, inside) ? value[inside] : undefined
}

/** @param value `undefined` takes it away, and with the last thing inside of a setting the setting */
export function changeSetting(values: Values, {inside, setting: {key}}: SettingPath, value: unknown): Values {
  if (inside === undefined) return withEntry(values, key, value)
  const outer = Object.hasOwn(values, key) ? values[key] : undefined
  const changed = withEntry(isObject(outer) ? outer : {}, inside, value)
  return withEntry(values, key, Object.keys(changed).length === 0 ? undefined : changed)
}

function schemaOf({inside, setting: {schema}}: SettingPath): Schema | undefined {
  return inside === undefined ? schema : insideOf(schema, inside)
}

function withEntry(values: Values, key: string, value: unknown): Values {
  const others = Object.entries(values).filter(([name]) => name !== key)
  return Object.fromEntries(value === undefined ? others : [...others, [key, value]])
}

function insideOf(schema: Schema, inside: string): Schema | undefined {
  if (inside === '') return undefined
  const objects = [schema, ...(schema.oneOf ?? [])].filter(({type}) => type === 'object')
  for (const {additionalProperties, properties} of objects) {
    if (properties) return Object.hasOwn(properties, inside) ? (properties[inside] as Schema) : undefined
    return typeof additionalProperties === 'object' ? additionalProperties : {}
  }

  return undefined
}

/** With what it refers to (`$ref` to `$defs` of the same schema), its own words first. */
function resolved(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace('#/$defs/', '')
  return name === undefined ? schema : {...root.$defs?.[name], ...schema}
}
