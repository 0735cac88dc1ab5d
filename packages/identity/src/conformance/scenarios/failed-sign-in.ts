import assert from 'node:assert/strict'
import {isProblem} from '../../problem.ts'
import type {Stage} from '../stage.ts'

export async function failure(result: Promise<unknown>): Promise<unknown> {
  return result.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** A sign-in that fails is a Problem, and leaves the home as it was: signed out. */
export async function assertNothingStored(
  result: Promise<unknown>,
  exit: number | undefined,
  {machine}: Stage,
): Promise<void> {
  const error = await failure(result)
  assert.ok(isProblem(error), `a Problem, not ${String(error)}`)
  if (exit !== undefined) assert.equal(error.exit, exit, error.message)
  assert.equal(await machine.isSignedIn(), false, 'nothing is stored')
  assert.equal((await machine.run()).session, undefined, 'nobody is signed in')
}
