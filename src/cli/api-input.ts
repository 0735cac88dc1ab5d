import {usage} from './errors.ts'
import {readText} from './text-input.ts'

type Json = boolean | number | string | null | Json[] | {[key: string]: Json}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i
const WORDS: Readonly<Record<string, boolean | null>> = {false: false, null: null, true: true}
/** What an object cannot have as a key of its own by assignment. */
const UNSAFE = /^(?:__proto__|constructor|prototype)$/

/** `--input`: JSON as it is, `@file`, or `-` for standard input. @throws Problem USAGE_INVALID (2) */
export function parseInput(given: string): unknown {
  const text = given === '-' || given.startsWith('@') ? readText(given.replace(/^@/, ''), '--input') : given
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw usage(`--input is not JSON: ${error.message}.`, [
      'A text of its own stands in double quotes: \'"fix-login"\'.',
    ])
  }
}

/**
 * `--field key=value`, as in `gh api`: true, false, null and numbers are what they look like, `@file` is its text (`@-`
 * standard input), `a.b=1` is a field of a field, `a[]=1` the next of a list.
 * @throws Problem USAGE_INVALID (2)
 */
export function parseFields(fields: readonly string[]): {[key: string]: Json} {
  const result: {[key: string]: Json} = {}
  for (const field of fields) {
    const equals = field.indexOf('=')
    if (equals <= 0) throw usage(`--field ${JSON.stringify(field)} is not of the form key=value.`)
    assign(result, field.slice(0, equals), valueOf(field.slice(equals + 1)))
  }

  return result
}

function valueOf(text: string): Json {
  if (text.startsWith('@')) return readText(text.slice(1), '--field')
  if (Object.hasOwn(WORDS, text)) return WORDS[text] as Json
  const number = NUMBER.test(text) ? Number(text) : undefined
  // Digits that a number cannot hold are an id of somebody's.
  return number === undefined || Math.abs(number) > Number.MAX_SAFE_INTEGER ? text : number
}

function assign(into: {[key: string]: Json}, key: string, value: Json): void {
  const isList = key.endsWith('[]')
  const path = (isList ? key.slice(0, -2) : key).split('.')
  const last = path.pop() ?? ''
  if ([...path, last].some((part) => part === '' || UNSAFE.test(part))) throw usage(`--field ${key}= has no such key.`)
  let at = into
  for (const part of path) {
    const next = (at[part] ??= {})
    if (typeof next !== 'object' || next === null || Array.isArray(next)) throw twice(key)
    at = next
  }

  if (!isList) {
    if (Object.hasOwn(at, last)) throw twice(key)
    at[last] = value
    return
  }

  const list = (at[last] ??= [])
  if (!Array.isArray(list)) throw twice(key)
  list.push(value)
}

function twice(key: string) {
  return usage(`--field ${key} is given twice, or is both a value and something that has fields.`)
}
