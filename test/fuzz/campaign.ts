import {EXIT_MEANINGS, isProblem} from '@superset/identity'
import assert from 'node:assert/strict'
import fc, {type Arbitrary} from 'fast-check'

/** Something that reads what others wrote. */
export interface Target {
  readonly name: string
  /** Checks one input: throws what is a fault of ours; a Problem is an answer. */
  readonly property: fc.IAsyncProperty<unknown>
  /** How many times less often it is run than the others: it works with whole files. */
  readonly cost: number
}

/** No input may keep a command longer than this. Of the processor, not of the clock: other work may go on beside. */
const LONGEST_MS = 2000
const INHERITED = [Object.prototype, Array.prototype, Function.prototype].map(
  (one) => [one, Reflect.ownKeys(one).length] as const,
)

export function target<T>(
  name: string,
  input: Arbitrary<T>,
  read: (input: T) => Promise<void> | void,
  cost = 1,
): Target {
  return {name, cost, property: fc.asyncProperty(input, (one) => demandSound(() => read(one)))}
}

async function demandSound(read: () => Promise<void> | void): Promise<void> {
  const before = process.cpuUsage()
  try {
    await read()
  } catch (error) {
    if (!isProblem(error)) throw error
    assert.ok(error.exit in EXIT_MEANINGS, `exit ${error.exit} is in no table`)
    assert.ok(error.message.length < 5000, `a message of ${error.message.length} characters`)
  }

  const {system, user} = process.cpuUsage(before)
  assert.ok((system + user) / 1000 < LONGEST_MS, `took ${(system + user) / 1000} ms of the processor`)
  for (const [inherited, count] of INHERITED)
    assert.equal(Reflect.ownKeys(inherited).length, count, 'a prototype was changed')
}

/** @throws what a reader threw, with the smallest input that makes it, and the seed and path that bring it back */
export async function attack({cost, property}: Target, seed: number, inputs: number): Promise<number> {
  const numRuns = Math.max(Math.ceil(inputs / cost), 5)
  await fc.assert(property, {seed, numRuns})
  return numRuns
}
