import {EXIT, Problem} from '@superset/identity'

const UNCHANGED = 'Nothing was changed: the version in use stays.'
const ASK = 'If it goes on, tell whoever runs the release host, and do not install from it by other means.'

/** What a host served is not what a trusted key signed, or not what was asked for. Never worth trying to get around. */
export type Refusal = 'ARCHIVE' | 'DAMAGED' | 'EXPIRED' | 'FORMAT' | 'MISMATCH' | 'OLDER' | 'REPLAYED' | 'UNSIGNED'

/** @param why a whole sentence */
export function refused(reason: Refusal, why: string, suggestions: readonly string[] = [ASK]): Problem {
  return new Problem({
    code: `UPDATE_${reason}`,
    message: `${why} ${UNCHANGED}`,
    exit: EXIT.failed,
    suggestions,
  })
}

/** What is served was made for a program that knows more than this one. */
export function tooNew(what: string): Problem {
  return refused('FORMAT', `${what} is in a format that this version of superset does not know.`, [
    'Install superset anew, as its installation page says.',
  ])
}

/** @param until and `now`: ISO 8601 */
export function expired(what: string, until: string, now: string): Problem {
  return refused(
    'EXPIRED',
    `${what} is signed, and was to be believed until ${until}; this machine's clock says ${now}.`,
    [
      'Correct the clock of this machine if it is wrong.',
      'Otherwise the host serves an old file, which hides newer releases: tell whoever runs it. A mirror has to be brought up to date.',
    ],
  )
}

export function replayed(what: string): Problem {
  return refused('REPLAYED', `${what} is signed, but older than one that this installation has seen before.`, [
    'A mirror that lags behind serves such files until it is brought up to date; try again later.',
    'If it goes on, tell whoever runs the release host, and do not install from it by other means.',
  ])
}

export function notFound(what: 'channel' | 'version', name: string, host: string): Problem {
  return new Problem({
    code: what === 'channel' ? 'UPDATE_NO_CHANNEL' : 'UPDATE_NO_VERSION',
    message: `${host} has no ${what} ${name} for this platform.`,
    exit: EXIT.failed,
    suggestions: ['Run `superset update --available` for the versions that there are.'],
  })
}

export function unreachable(host: string, why: string, cause?: unknown): Problem {
  return new Problem({
    code: 'UPDATE_NETWORK',
    message: `Cannot get the release from ${host}: ${why}. ${UNCHANGED}`,
    exit: EXIT.temporary,
    suggestions: ['Try again later; `superset doctor` checks the network.'],
    retryable: true,
    cause,
  })
}

export function untrustedHost(host: string, why: string, cause: unknown): Problem {
  return new Problem({
    code: 'UPDATE_CERTIFICATE',
    message: `The certificate of ${host} is not trusted (${why}). ${UNCHANGED}`,
    exit: EXIT.configuration,
    suggestions: ['Behind a proxy that opens TLS, name its certificate authority in SUPERSET_CA_FILE.'],
    cause,
  })
}

/** The host answers, but not as a host of releases does. */
export function wrongHost(host: string, why: string): Problem {
  return new Problem({
    code: 'UPDATE_HOST',
    message: `${host} ${why}. ${UNCHANGED}`,
    exit: EXIT.configuration,
    suggestions: ['Releases are served without redirects and without a sign-in; ask whoever runs the host.'],
  })
}

export function badSettings(what: string): Problem {
  return new Problem({
    code: 'UPDATE_SETTINGS',
    message: `This build of superset cannot update itself: ${what}.`,
    exit: EXIT.configuration,
    suggestions: ['Install superset anew, as its installation page says.'],
  })
}

export function busy(): Problem {
  return new Problem({
    code: 'UPDATE_BUSY',
    message: 'Another update of this installation is still under way.',
    exit: EXIT.temporary,
    suggestions: ['Try again when it has ended.'],
    retryable: true,
  })
}

export function doesNotStart(version: string, why: string): Problem {
  return new Problem({
    code: 'UPDATE_DOES_NOT_START',
    message: `superset ${version} does not start on this machine (${why}). ${UNCHANGED}`,
    exit: EXIT.failed,
    suggestions: [`Choose another with \`superset update --available\`, or bring ${version} anew with --force.`],
  })
}

export function nothingBefore(version: string): Problem {
  return new Problem({
    code: 'UPDATE_NO_EARLIER',
    message: `There is no version before ${version} on this machine to go back to.`,
    exit: EXIT.failed,
    suggestions: ['Run `superset update --available`, then `superset update --version <version>`.'],
  })
}

/** A fault of the file system as a Problem; any other error as it is. */
export function storageProblem(error: unknown, root: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Problem({
      code: 'UPDATE_DISK_FULL',
      message: `There is no room for the new version in ${root}. ${UNCHANGED}`,
      exit: EXIT.storage,
      suggestions: ['Free about 400 MB there, then run `superset update` again.'],
      cause: error,
    })
  }

  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new Problem({
      code: 'UPDATE_NOT_WRITABLE',
      message: `${root} cannot be written by this user${code === 'EROFS' ? ' (read-only)' : ''}. ${UNCHANGED}`,
      exit: EXIT.storage,
      suggestions: ['Run `superset update` as the user who installed it, or ask whoever did.'],
      cause: error,
    })
  }

  return error
}
