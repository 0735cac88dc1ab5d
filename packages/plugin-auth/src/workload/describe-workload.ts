import {existsSync} from 'node:fs'
import {type IdentityDescription, type IdentityRequest, sourceName} from '@superset/identity'
import {githubRequestUrl} from '../env.ts'
import type {Candidate} from '../model.ts'
import {settingsOf} from '../settings.ts'
import {whyMissing} from './subject-token.ts'
import {noSubjectToken} from './workload-problems.ts'

/** What `auth status` says of a workload's identity: whether it is there. Nobody is asked, nothing is exchanged. */
export function describeWorkload(
  {namedBy, settings: {from}}: Extract<Candidate, {kind: 'workload'}>,
  request: IdentityRequest,
  notes: readonly string[],
): Partial<IdentityDescription> & {readonly signedIn: boolean} {
  const {issuer} = settingsOf(request)
  const known = {
    ...({scheme: 'bearer', issuer} as const),
    notes: [
      ...notes,
      `Each run exchanges the workload identity ${from} (from ${sourceName(namedBy)}) at ${issuer}; nothing is stored.`,
    ],
  }
  const file = from.startsWith('file:') ? from.slice('file:'.length) : undefined
  const missing =
    file === undefined
      ? whyMissing(from, {githubUrl: githubRequestUrl(), secrets: request.secrets})
      : existsSync(file)
        ? undefined
        : `${file} is not there`
  if (missing === undefined) return {...known, signedIn: true, renewable: true}
  const {code, exit, message, suggestions} = noSubjectToken(from, missing)
  return {...known, signedIn: false, problem: {code, exit, message, suggestions}}
}
