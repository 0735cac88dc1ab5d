import assert from 'node:assert/strict'
import {ANSWERED} from './answered-cases.ts'
import type {Aftermath, Case} from './case.ts'
import {REFUSED} from './refused-cases.ts'
import {type Life, type Ran, rotate, Stage} from './stage.ts'

export const CASES: readonly Case[] = [...REFUSED, ...ANSWERED]

/** How many cases are under way at once: they wait more than they work. */
const AT_ONCE = 4

/** Plays each case with a token that serves and with an expired one. */
export function describeCases(cases: readonly Case[]): void {
  const results = new Map<string, Promise<void>>()
  before(() => begin(cases, results))
  for (const life of ['valid', 'expired'] as const) {
    describe(`${life} token`, () => {
      for (const one of casesOf(cases, life)) {
        const exit = life === 'valid' ? 0 : (one.exit ?? 0)
        it(`row ${one.row}: ${one.name}: exit ${exit}, ${one.after}`, () => results.get(keyOf(one, life)))
      }
    })
  }
}

/** The variants of a row differ in what they tell; with a valid token nothing is told, so one with each aftermath will do. */
function casesOf(cases: readonly Case[], life: Life): readonly Case[] {
  if (life === 'expired') return cases
  const isFirst = ({row, after}: Case, index: number): boolean =>
    cases.findIndex((other) => other.row === row && other.after === after) === index
  return cases.filter((one, index) => isFirst(one, index))
}

function keyOf({row, name}: Case, life: Life): string {
  return `${row} ${name} ${life}`
}

/** Starts all cases, a few at a time; each `it` waits for its own. */
function begin(cases: readonly Case[], results: Map<string, Promise<void>>): void {
  const lives = ['valid', 'expired'] as const
  const jobs = lives.flatMap((life) => casesOf(cases, life).map((one) => ({one, life, ...settledLater()})))
  for (const {one, life, promise} of jobs) {
    promise.catch(() => {}) // reported by its `it`, which may come later
    results.set(keyOf(one, life), promise)
  }

  const queue = jobs.values()
  const work = async (): Promise<void> => {
    for (const {one, life, resolve, reject} of queue) await play(one, life).then(resolve, reject)
  }

  for (let worker = 0; worker < AT_ONCE; worker++) void work()
}

function settledLater(): PromiseWithResolvers<void> {
  return Promise.withResolvers<void>()
}

async function play(one: Case, life: Life): Promise<void> {
  await using stage = await Stage.open(life, one)
  one.prepare?.(stage)
  const before = await stage.records()
  const first = await stage.run()
  assert.equal(stage.presented.length, one.presentations ?? 1, 'presentations by the first run')
  if (life === 'valid') {
    assert.deepEqual([first.exit, first.token, first.status], [0, 'access-1', 200], 'G3')
  } else if (one.after === 'renewed') {
    assert.deepEqual([first.exit, first.token], [0, 'access-2'], first.problem?.message)
  } else {
    assertRefusal(first, one)
  }

  const records = await stage.records()
  const [[oldest = '', bytes] = []] = Object.entries(before)
  assert.equal(records[oldest], bytes, 'G2: the record stays as it was')
  assert.equal(Object.keys(records).length, one.after === 'renewed' ? 2 : 1)
  await one.check?.(stage, first.told)
  await (life === 'valid' ? AFTERWARDS_VALID[one.after]?.(stage, one) : AFTERWARDS_EXPIRED[one.after]?.(stage, one))
}

function assertRefusal({exit, problem, told}: Ran, {code, exit: expected, message}: Case): void {
  assert.deepEqual([exit, problem?.code], [expected, code], problem?.message)
  if (message) assert.match(problem?.message ?? '', message)
  assert.ok((problem?.suggestions.length ?? 0) > 0, 'a next step')
  if (exit === 4) assert.match(problem?.suggestions.join(' ') ?? '', /`superset auth login`/)
  assert.deepEqual([problem?.profile, problem?.retryable], ['default', exit === 75])
  assert.doesNotMatch(`${JSON.stringify(problem)}${told.join('')}`, /(access|refresh)-\d/)
}

type Afterwards = Partial<Record<Aftermath, (stage: Stage, one: Case) => Promise<void>>>

/** The token serves on, nothing more is sent, and who cannot be renewed any more is told so, once. */
const staysQuiet =
  (tells: RegExp | undefined) =>
  async (stage: Stage, one: Case): Promise<void> => {
    const sent = stage.presented.length
    const told: string[] = []
    for (let run = 0; run < 2; run++) {
      const ran = await stage.run()
      assert.deepEqual([ran.exit, ran.token, ran.status], [0, 'access-1', 200])
      told.push(...ran.told)
    }

    assert.equal(stage.presented.length, sent, 'nothing more is sent')
    if (one.exit === 75 && tells === undefined) assert.deepEqual(told, [])
    else assert.match(told.join('\n'), /Your access ends \d{4}-/)
    if (tells) assert.match(told.join('\n'), tells)
    assert.ok(told.length <= 1, told.join('\n'))
  }

const AFTERWARDS_VALID: Afterwards = {
  async renewed(stage) {
    const sent = stage.presented.length
    assert.equal((await stage.run()).token, 'access-2')
    assert.equal(stage.presented.length, sent)
  },
  ambiguous: staysQuiet(/its answer is lost/),
  paused: staysQuiet(undefined),
  refused: staysQuiet(/superset auth login/),
  'refused silently': staysQuiet(/superset auth login/),
  spent: staysQuiet(/superset auth login/),
  uncertain: staysQuiet(undefined),
  'uncertain after a pause': staysQuiet(undefined),
}

async function assertSame(stage: Stage, one: Case): Promise<void> {
  const sent = stage.presented.length
  assertRefusal(await stage.run(), one)
  assert.equal(stage.presented.length, sent, 'not sent again')
}

async function assertRenews(stage: Stage, presentations: number): Promise<void> {
  stage.answer = rotate
  const sent = stage.presented.length
  const ran = await stage.run()
  assert.deepEqual([ran.exit, ran.token], [0, 'access-2'], ran.problem?.message)
  assert.equal(stage.presented.length - sent, presentations)
}

async function assertInterrupted(stage: Stage): Promise<void> {
  stage.answer = rotate
  stage.endPauses()
  const sent = stage.presented.length
  const {exit, problem} = await stage.run()
  assert.deepEqual([exit, problem?.code], [4, 'AUTH_INTERRUPTED'], problem?.message)
  assert.match(problem?.suggestions.join(' ') ?? '', /auth login.*auth refresh --replay/)
  assert.equal(stage.presented.length, sent, 'not sent again')
}

const AFTERWARDS_EXPIRED: Afterwards = {
  async renewed(stage) {
    const sent = stage.presented.length
    assert.equal((await stage.run()).token, 'access-2')
    assert.equal(stage.presented.length, sent)
  },
  async refused(stage, one) {
    await assertSame(stage, one)
    stage.endPauses()
    stage.answer = rotate
    await assertSame(stage, one)
  },
  async 'refused silently'(stage, one) {
    await assertSame(stage, one)
    stage.endPauses()
    await assertRenews(stage, 1)
  },
  async paused(stage, one) {
    await assertSame(stage, one)
    stage.endPauses()
    await assertRenews(stage, 1)
  },
  'asked again': (stage) => assertRenews(stage, 1),
  async spent(stage, one) {
    stage.answer = rotate
    await assertSame(stage, one)
  },
  ambiguous: assertInterrupted,
  async 'uncertain after a pause'(stage, one) {
    await assertSame(stage, one)
    stage.endPauses()
    await AFTERWARDS_EXPIRED.uncertain?.(stage, one)
  },
  async uncertain(stage, one) {
    assertRefusal(await stage.run(), one)
    assert.equal(stage.presented.length, 2, 'one more presentation by a later run')
    await assertInterrupted(stage)
  },
}
