import type {Problem} from '@superset/identity'
import {EXIT, type ExitCode, type WorkloadSource} from '@superset/identity'
import {problem} from '../problem.ts'
import {accessTokenClaims} from '../jwt-claims.ts'
import {printable} from '../network/answer.ts'

/** What a person reads when a workload could not show who it is, or nobody believed it. */

const TRUST = 'The issuer must trust what this job shows; docs/ci.md says what to configure there.'

/** How a person gets the workload's token to where it is looked for. */
const REMEDIES: Readonly<Record<string, string>> = {
  github: 'Give the job `permissions: id-token: write`.',
  gitlab: 'Give the job `id_tokens: SUPERSET_ID_TOKEN: aud: <issuer>`.',
}

/** The place where the workload's token is looked for is empty. */
export function noSubjectToken(from: WorkloadSource, why: string): Problem {
  const remedy = REMEDIES[from] ?? 'Check SUPERSET_WORKLOAD_IDENTITY, or `workload` in the settings of the profile.'
  return problem('WORKLOAD_TOKEN_MISSING', EXIT.configuration, `The identity of this job is not there: ${why}.`, [
    remedy,
  ])
}

/** What is there cannot be sent as a token. */
export function notAToken(from: WorkloadSource, where: string): Problem {
  const remedy = REMEDIES[from] ?? 'Put the token there and nothing else.'
  return problem('WORKLOAD_TOKEN_MALFORMED', EXIT.configuration, `${where} holds no token.`, [remedy])
}

/** GitHub answered, and gave no token. */
export function tokenRefused(status: number, exit: ExitCode): Problem {
  const temporary = exit === EXIT.temporary
  return problem(
    'WORKLOAD_TOKEN_REFUSED',
    exit,
    `GitHub Actions gave this job no token (HTTP ${status}).`,
    [temporary ? 'Run the command again later.' : (REMEDIES['github'] ?? '')],
    {},
  )
}

export function unavailable(issuer: string, why: string): Problem {
  return problem(
    'AUTH_UNAVAILABLE',
    EXIT.temporary,
    `${issuer} is temporarily unavailable (${why}).`,
    ['Run the command again later.'],
    {issuer},
  )
}

/** The issuer does not believe the workload, or does not let it in. Whom it showed is told: none of that is secret. */
export function identityRefused(issuer: string, why: string, subjectToken: string, now: number): Problem {
  const {audiences, expiresAt, issuer: from, subject} = accessTokenClaims(subjectToken)
  const ended = expiresAt !== undefined && expiresAt * 1000 < now
  const shown = [
    from !== undefined && `issuer ${printable(from, 200) ?? ''}`,
    subject !== undefined && `subject ${printable(subject, 200) ?? ''}`,
    audiences.length > 0 && `audience ${audiences.map((audience) => printable(audience, 200) ?? '').join(', ')}`,
  ].filter((part) => part !== false)
  return problem(
    'WORKLOAD_REFUSED',
    EXIT.denied,
    `${issuer} refused the identity of this job (${why}).`,
    [
      ...(ended ? [`The token of this job ended at ${new Date(expiresAt * 1000).toISOString()}; get a new one.`] : []),
      ...(shown.length > 0 ? [`This job showed ${shown.join('; ')}.`] : []),
      TRUST,
    ],
    {issuer},
  )
}

/** The issuer would not do this for anybody who asks as we do. */
export function exchangeUnsupported(issuer: string, why: string): Problem {
  return problem('WORKLOAD_UNSUPPORTED', EXIT.configuration, `${issuer} ${why}.`, [TRUST], {issuer})
}
