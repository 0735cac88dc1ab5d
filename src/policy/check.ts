import type {Schema} from '@cfworker/json-schema'
import {publishedSchema} from '../configuration/schema.ts'
import {decisions, pluginDecisions, updateDecisions} from './decisions.ts'
import {jsonPlaces, type JsonPlaces, pointerOf} from './json-places.ts'
import {faultsOfPolicy, parsePolicy} from './schema.ts'

/** Where something is wrong with the text of a policy; lines and columns are counted from 1. */
export interface PolicyFinding {
  readonly line: number
  readonly column: number
  /** Keys with dots between them; empty for the whole. */
  readonly key: string
  readonly message: string
}

export interface CheckedPolicy {
  readonly findings: readonly PolicyFinding[]
  /** What it decides, a sentence for each key; empty where something is wrong with it. */
  readonly decisions: readonly string[]
}

/** Says which of some words was meant by one, if any. */
type Nearest = (word: string, words: readonly string[]) => string | undefined

/** The text of a policy before it is rolled out, judged as `superset` will judge it. */
export function checkPolicy(text: string, file: string, nearest: Nearest): CheckedPolicy {
  const parsed = parse(text)
  if ('finding' in parsed) return {decisions: [], findings: [parsed.finding]}
  const places = jsonPlaces(text)
  const findings = [...repeatedKeys(text, places), ...wrongValues(text, parsed.value, places, nearest)]
  const inOrder = findings.toSorted((one, other) => one.line - other.line || one.column - other.column)
  if (findings.length > 0) return {decisions: [], findings: inOrder}
  const policy = parsePolicy(text, file)
  return {decisions: [...decisions(policy), ...pluginDecisions(policy), ...updateDecisions(policy)], findings: []}
}

/** What JSON.parse says of where it stopped; at an end that comes too early it says nothing. */
const STOPPED = /^(.*?)(?:, "[^]*" is not valid JSON| in JSON)?(?: at position (\d+))?(?: \(line \d+ column \d+\))?$/s

function parse(text: string): {readonly value: unknown} | {readonly finding: PolicyFinding} {
  try {
    return {value: JSON.parse(text)}
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const [, why = 'it cannot be read', position] = STOPPED.exec(error.message) ?? []
    const offset = position === undefined ? text.trimEnd().length : Number(position)
    return {finding: at(text, offset, '', `It is not JSON: ${why.charAt(0).toLowerCase()}${why.slice(1)}.`)}
  }
}

/** JSON.parse takes the last of two, and nobody sees that the first one decides nothing. */
function repeatedKeys(text: string, {repeated}: JsonPlaces): readonly PolicyFinding[] {
  return repeated.map(({name, offset}) => at(text, offset, name, 'It is written twice; the first one decides nothing.'))
}

function wrongValues(text: string, value: unknown, {places}: JsonPlaces, nearest: Nearest): readonly PolicyFinding[] {
  return faultsOfPolicy(value).map(({isUnknown, keys, why}) => {
    const place = places.get(pointerOf(keys))
    // The key is what is wrong, not what it is given.
    const offset = (isUnknown ? place?.key : undefined) ?? place?.value ?? 0
    const meant = isUnknown ? nearest(keys.at(-1) ?? '', knownKeys(keys.slice(0, -1))) : undefined
    const said = isUnknown
      ? 'This version of superset does not know it'
      : `${why.charAt(0).toUpperCase()}${why.slice(1)}`
    return at(text, offset, keys.join('.'), `${said}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`)
  })
}

/** What the schema knows below these keys. */
function knownKeys(keys: readonly string[]): readonly string[] {
  let schema: Schema | undefined = publishedSchema('policy')
  for (const key of keys) {
    const below: unknown = /^\d+$/.test(key) ? schema?.items : schema?.properties?.[key]
    schema = below as Schema | undefined
  }

  return Object.keys(schema?.properties ?? {})
}

function at(text: string, offset: number, key: string, message: string): PolicyFinding {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  return {line: before.length, column: (before.at(-1) ?? '').length + 1, key, message}
}
