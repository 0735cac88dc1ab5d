import {AssertionError} from 'node:assert'
import {inspect} from 'node:util'
import type {SeenRequest} from './issuer/issuer.ts'
import type {Stage} from './stage.ts'

/** More than any scenario but a storm makes; the last ones tell most. */
const REQUESTS = 12

/** A promise that was not kept: what was expected, what came, and which requests were made until then. */
export function failureOf(error: unknown, stage: Stage): Error {
  const words = [expectationOf(error), `requests: ${requestsOf(stage.issuer.requests)}`, foreignOf(stage)]
  const message = words.filter((one) => one !== '').join('; ')
  return new Error(withoutSecrets(message, stage), {cause: error})
}

function expectationOf(error: unknown): string {
  if (!(error instanceof AssertionError)) return error instanceof Error ? error.message : String(error)
  const {actual, expected, generatedMessage, message, operator} = error
  // Node appends a comparison of its own to the words.
  const [words = ''] = message.split('\n')
  const label = generatedMessage ? '' : `${words}: `
  if (operator === 'strictEqual' || operator === 'deepStrictEqual')
    return `${label}expected ${shown(expected)}, got ${shown(actual)}`
  if (operator === 'notStrictEqual') return `${label}expected anything but ${shown(expected)}`
  if (operator === 'match') return `${label}expected what matches ${shown(expected)}, got ${shown(actual)}`
  return generatedMessage ? message : `expected: ${words}`
}

function shown(value: unknown): string {
  return inspect(value, {breakLength: Number.POSITIVE_INFINITY, compact: true, depth: 3, maxStringLength: 200})
}

function requestsOf(requests: readonly SeenRequest[]): string {
  if (requests.length === 0) return 'none'
  const lines: Array<{readonly text: string; times: number}> = []
  for (const request of requests) {
    const text = textOf(request)
    const last = lines.at(-1)
    if (last?.text === text) last.times += 1
    else lines.push({text, times: 1})
  }

  const left = lines.length > REQUESTS ? ['…'] : []
  const kept = lines.slice(-REQUESTS).map(({text, times}) => (times > 1 ? `${text} (${times} times)` : text))
  return [...left, ...kept].join(', ')
}

/** Without the query: what a browser carries there is secret. */
function textOf({method, note, outcome, path}: SeenRequest): string {
  const [pathname = ''] = path.split('?')
  return `${method} ${pathname}${note === undefined ? '' : ` [${note}]`} -> ${outcome}`
}

function foreignOf({foreign}: Stage): string {
  const requests = foreign.received.map(({method, path}) => `${method} ${path.split('?')[0]}`)
  return requests.length === 0 ? '' : `at the other server: ${requests.join(', ')}`
}

function withoutSecrets(text: string, stage: Stage): string {
  return stage.secretsIn(text).reduce((cleaned, secret) => cleaned.replaceAll(secret, '<secret>'), text)
}
