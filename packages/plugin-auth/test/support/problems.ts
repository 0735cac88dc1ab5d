import assert from 'node:assert/strict'

import {isProblem, type Problem} from '@superset/identity'

/** Awaits a refusal and returns it, so that a test can look at all of it. */
export async function problemOf(work: Promise<unknown>, code: string): Promise<Problem> {
  try {
    await work
  } catch (error) {
    assert.ok(isProblem(error), `expected a Problem, got ${String(error)}`)
    assert.equal(error.code, code, error.message)
    return error
  }

  return assert.fail(`expected ${code}, but it succeeded`)
}
