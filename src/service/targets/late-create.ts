import {isProblem, runStart} from '@superset/identity'
import {setTimeout as sleep} from 'node:timers/promises'
import {OUTCOME_UNKNOWN} from '../outage.ts'

/** The relay stops waiting while the host goes on: long enough for most clones and checkouts. */
const LOOK_FOR_MS = 60_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 5000

export interface Patience {
  readonly lookForMs?: number
  readonly wait?: (milliseconds: number) => Promise<unknown>
}

/**
 * What was to be created, though the answer may have been lost (row 101): before it is called failed, it is looked for, as
 * long as the host may be at work. What is found may be of a run beside this one that was asked for the same.
 * @throws Problem of `create`, where nothing is found
 */
export async function createOrFind<Found>(
  create: () => Promise<Found>,
  find: () => Promise<Found | undefined>,
  {lookForMs = LOOK_FOR_MS * runStart().slowness, wait = sleep}: Patience = {},
): Promise<Found> {
  try {
    return await create()
  } catch (error) {
    if (!isProblem(error) || error.code !== OUTCOME_UNKNOWN) throw error
    const found = await lookFor(find, lookForMs, wait)
    if (found !== undefined) return found
    throw error
  }
}

async function lookFor<Found>(
  find: () => Promise<Found | undefined>,
  lookForMs: number,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<Found | undefined> {
  let waited = 0
  for (let next = FIRST_WAIT_MS; ; next = Math.min(next * 2, LONGEST_WAIT_MS)) {
    try {
      const found = await find()
      if (found !== undefined || waited >= lookForMs) return found
    } catch (error) {
      // Who cannot be asked now knows nothing: what `create` said is what there is to say.
      if (isProblem(error)) return undefined
      throw error
    }

    await wait(next)
    waited += next
  }
}
