import semver from 'semver'
import type {Policy} from './policy.ts'
import {policyRefusal} from './problems.ts'

/** @param version the one that runs, or is to run @throws Problem POLICY_REFUSED (77) for one before `update.minimum` */
export function demandMinimum(version: string, policy: Policy | undefined): void {
  const minimum = policy?.update?.minimum
  if (!policy || minimum === undefined || semver.gte(version, minimum)) return
  throw policyRefusal({
    policy,
    key: 'update.minimum',
    rule: `lets no superset older than ${minimum} run`,
    what: `This would be ${version}.`,
    suggestions: ['Run `superset update`.'],
  })
}
