import {isProblem, type Problem} from '@superset/identity'
import {mayExist, policyFile, readPolicy} from './file.ts'
import type {Policy} from './policy.ts'
import {unusable} from './problems.ts'

let known: {readonly policy: Policy | undefined} | {readonly problem: Problem} | undefined

/**
 * Reads the policy of this machine, first of all in a run. What is wrong with it is kept for `currentPolicy()`, so that
 * help and doctor work.
 * @param ownFile bin/dev.js alone gives one: a policy to develop with, whoever owns it
 */
export async function loadPolicy(ownFile?: string): Promise<void> {
  const file = ownFile ?? policyFile()
  if (file === undefined || !mayExist(file)) {
    known = {policy: undefined}
    return
  }

  try {
    const view = ownFile === undefined ? (await import('./trust.ts')).realView() : undefined
    known = {policy: await readPolicy(file, view ? {view} : {})}
  } catch (error) {
    known = {problem: isProblem(error) ? error : unusable('UNREADABLE', file, String(error))}
  }
}

/**
 * The policy of this machine, read once in a run; `undefined` where there is none.
 * @throws Problem POLICY_* (78) for one that cannot be trusted, read or understood
 */
export function currentPolicy(): Policy | undefined {
  if (!known) throw new Error('the policy was asked for before it was read')
  if ('problem' in known) throw known.problem
  return known.policy
}

/** What keeps the policy from being used, if anything does. */
export function policyProblem(): Problem | undefined {
  return known && 'problem' in known ? known.problem : undefined
}
