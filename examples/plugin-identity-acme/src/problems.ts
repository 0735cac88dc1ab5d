import {EXIT, Problem} from '@superset/identity'

/** All that can go wrong, in one place: what happened and why, what to do next, and the exit code for scripts. */

const SIGN_IN = 'Get a one-time code at the gateway, then run `superset auth login`.'

export function unreachable(gateway: string, cause: unknown): Problem {
  const message = `The gateway ${gateway} cannot be reached just now.`
  return new Problem({code: 'GATEWAY_UNREACHABLE', message, exit: EXIT.temporary, retryable: true, cause})
}

/** @param retryAfterSeconds as the gateway named it */
export function unavailable(gateway: string, status: number, retryAfterSeconds?: number): Problem {
  return new Problem({
    code: 'GATEWAY_UNAVAILABLE',
    message: `The gateway ${gateway} gives no usable answer just now (${status}).`,
    exit: EXIT.temporary,
    retryable: true,
    ...(retryAfterSeconds !== undefined && {retryAfterSeconds}),
  })
}

export function unusableGateway(gateway: string, why: string): Problem {
  return new Problem({
    code: 'GATEWAY_UNUSABLE',
    message: `${gateway} cannot be used as the gateway: ${why}.`,
    exit: EXIT.configuration,
    suggestions: ['Name another one with `superset auth login --gateway`.'],
  })
}

export function codeRefused(gateway: string): Problem {
  return new Problem({
    code: 'AUTH_CODE_REFUSED',
    message: `The gateway ${gateway} refuses this code: it is mistyped, was used before, or is too old.`,
    exit: EXIT.denied,
    suggestions: [SIGN_IN],
  })
}

export function noCode(): Problem {
  return new Problem({
    code: 'USAGE_CODE_MISSING',
    message: 'No one-time code was given, and there is nobody to ask.',
    exit: EXIT.usage,
    suggestions: ['Pipe it in: `superset auth login < code.txt`.'],
  })
}

export function otherAccount(there: string, now: string): Problem {
  return new Problem({
    code: 'AUTH_OTHER_ACCOUNT',
    message: `This profile belongs to ${there}; the code is for ${now}. Nothing was changed.`,
    exit: EXIT.denied,
    suggestions: ['Use another profile, or run `superset auth login --replace` with a new code.'],
  })
}

/** The gateway does not know this machine any more: it was removed there, or by `auth logout` in another run. */
export function ended(gateway: string): Problem {
  return new Problem({
    code: 'AUTH_ENDED',
    message: `The gateway ${gateway} gives this machine no credentials any more.`,
    exit: EXIT.signInNeeded,
    suggestions: [SIGN_IN],
  })
}

export function otherApi(own: string, asked: string): Problem {
  return new Problem({
    code: 'ORIGIN_MISMATCH',
    message: `Acme's gateway signs people in to ${own}; this run is about ${asked}. Nothing was sent there.`,
    exit: EXIT.configuration,
    suggestions: ['Unset SUPERSET_API_URL, or use another profile.'],
  })
}

export function unusableStore(file: string, cause: unknown): Problem {
  return new Problem({
    code: 'STORE_UNUSABLE',
    message: `${file}, where credentials are kept, cannot be used: ${cause instanceof Error ? cause.message : 'unknown'}.`,
    exit: EXIT.storage,
    suggestions: ['Check its owner and the space on its disk; as a last resort, remove it and sign in again.'],
    cause,
  })
}
