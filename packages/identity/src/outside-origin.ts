import {EXIT} from './exit-codes.ts'
import {Problem} from './problem.ts'
import type {IdentityRequest} from './request.ts'
import {sourceName} from './source-name.ts'
import type {Source} from './values.ts'

/**
 * A key or token from outside names no API. It goes to the one that variable, policy or default names; the profile's
 * settings were made for another credential, and a guess would send it to the wrong one of two APIs.
 * @throws Problem ORIGIN_UNNAMED (78)
 */
export function checkOutsideOrigin(
  source: Source,
  {apiUrl, defaultApiUrl, profile}: Pick<IdentityRequest, 'apiUrl' | 'defaultApiUrl' | 'profile'>,
): void {
  if (apiUrl.source !== 'profile' || apiUrl.value === defaultApiUrl) return
  const credential = sourceName(source, '--api-key')
  throw new Problem({
    code: 'ORIGIN_UNNAMED',
    message: `${credential} does not say which API it is for: profile ${profile} belongs to ${apiUrl.value}, a key without a name to ${defaultApiUrl}. Nothing was sent.`,
    exit: EXIT.configuration,
    profile,
    suggestions: [
      `Set SUPERSET_API_URL=${apiUrl.value}, or SUPERSET_API_URL=${defaultApiUrl}.`,
      source === 'flag' ? 'Or leave it out, and use what the profile stores.' : `Or unset ${credential}.`,
    ],
  })
}
