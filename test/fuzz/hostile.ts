import fc, {type Arbitrary} from 'fast-check'

/** What breaks readers that take a part of it for granted. */
const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 0.5, 1e308, 2 ** 53, '', ' ', '0', 'x'.repeat(5000)],
  ...[[], {}, [[]], [null], [1, 'a'], {a: {b: {c: 1}}}],
  ...['\u0000', '\n', '\u001B]52;c;aGk=\u0007', '\u009B31m', '\u202Egnp', '\uD800', '../../../x', 'C:\\x', '%00'],
  ...['__proto__', 'constructor', 'https://x@y/', 'javascript:0', '2026-13-99T99:99:99Z', 'null'],
]
/** What every object inherits, or what makes two parsers disagree. */
export const KEYS = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'then', '', '0']
/** Texts that are no JSON, that hardly are, and that only a parser can carry. */
const TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '\0'.repeat(64),
    '{',
    '[',
    '"',
    'nul',
    '{}{}',
    '\uFEFF{}',
    '[1e999]',
    '{"a":1,"a":2}',
    '<!doctype html>',
  ],
  ...['{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}'],
  ...['['.repeat(20_000), '{"a":'.repeat(5000), `${'['.repeat(5000)}${']'.repeat(5000)}`],
]

interface Change {
  readonly at: number
  readonly how: 'add' | 'remove' | 'replace'
  readonly key: string
  readonly value: unknown
}

const change: Arbitrary<Change> = fc.record({
  at: fc.nat(10_000),
  how: fc.constantFrom('add', 'remove', 'replace'),
  key: fc.oneof(fc.constantFrom(...KEYS), fc.string({maxLength: 8})),
  value: fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue({maxDepth: 2})),
})

type Container = Record<string, unknown>

/** A value like `sample`, with one to three parts of it added, taken out or replaced. */
export function mutated(sample: unknown): Arbitrary<unknown> {
  return fc
    .array(change, {minLength: 1, maxLength: 3})
    .map((changes) => changes.reduce(applied, structuredClone(sample)))
}

/** A JSON text like that of `sample`, or one of another kind, or the bytes of it damaged. */
export function hostileText(sample: unknown): Arbitrary<string> {
  return fc.oneof(
    {weight: 6, arbitrary: mutated(sample).map((value) => JSON.stringify(value) ?? 'null')},
    {weight: 2, arbitrary: damaged(Buffer.from(JSON.stringify(sample))).map((bytes) => bytes.toString('utf8'))},
    {weight: 1, arbitrary: fc.json({maxDepth: 3})},
    {weight: 1, arbitrary: fc.constantFrom(...TEXTS)},
    {weight: 1, arbitrary: fc.string({unit: 'binary', maxLength: 200})},
  )
}

export function hostileBytes(sample: unknown): Arbitrary<Buffer> {
  return fc.oneof(
    {weight: 4, arbitrary: hostileText(sample).map((text) => Buffer.from(text))},
    {weight: 1, arbitrary: damaged(Buffer.from(JSON.stringify(sample)))},
    {weight: 1, arbitrary: fc.uint8Array({maxLength: 300}).map((bytes) => Buffer.from(bytes))},
  )
}

/** The same bytes with some of them changed, cut off, doubled or zeroed. */
export function damaged(sample: Buffer): Arbitrary<Buffer> {
  const damage = fc.record({
    at: fc.nat(Math.max(sample.length - 1, 0)),
    how: fc.constantFrom('cut', 'double', 'flip', 'zero'),
    by: fc.integer({min: 1, max: 255}),
  })
  return fc.array(damage, {minLength: 1, maxLength: 4}).map((all) =>
    all.reduce((bytes, {at, by, how}) => {
      const copy = Buffer.from(bytes)
      if (how === 'cut') return copy.subarray(0, at)
      if (how === 'double') return Buffer.concat([copy.subarray(0, at), copy.subarray(Math.max(at - by, 0))])
      if (how === 'zero') return copy.fill(0, Math.min(at, copy.length), Math.min(at + by, copy.length))
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ by
      return copy
    }, sample),
  )
}

/** Text as it may come from elsewhere and go to a terminal. */
export const hostileWords: Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...VALUES.filter((value) => typeof value === 'string')),
      fc.string({unit: 'binary', maxLength: 20}),
      fc.integer({min: 0, max: 0x9f}).map((code) => String.fromCodePoint(code)),
    ),
    {maxLength: 6},
  )
  .map((parts) => parts.join(''))

function applied(whole: unknown, {at, how, key, value: shared}: Change): unknown {
  const value = structuredClone(shared)
  const containers = containersIn(whole)
  if (containers.length === 0) return value
  const container = containers[at % containers.length] as Container
  const keys = Object.keys(container)
  const chosen = keys[(at >> 4) % Math.max(keys.length, 1)]
  if (Array.isArray(container) && (how === 'add' || chosen === undefined)) {
    container.push(value)
    return whole
  }

  // Defined, not assigned: `__proto__` is to be a key like any other, as a parser makes it.
  if (how === 'add' || chosen === undefined) {
    Object.defineProperty(container, key, {value, enumerable: true, configurable: true, writable: true})
  } else if (how === 'remove') {
    Reflect.deleteProperty(container, chosen)
  } else {
    container[chosen] = value
  }

  return whole
}

function containersIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return [value, ...Object.values(value).flatMap((one) => containersIn(one))]
}
