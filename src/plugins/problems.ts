import {EXIT, type ExitCode, Problem} from '@superset/identity'

/** Whoever is asked for a plugin, and says no, says why; what was there stays. */
export function pluginProblem(
  code: string,
  message: string,
  {
    exit = EXIT.failed,
    suggestions = [],
    cause,
  }: {exit?: ExitCode; suggestions?: readonly string[]; cause?: unknown} = {},
): Problem {
  const retryable = exit === EXIT.temporary
  return new Problem({
    code: `PLUGIN_${code}`,
    message,
    exit,
    suggestions,
    retryable,
    ...(cause !== undefined && {cause}),
  })
}

/** What was offered is not what it is said to be. */
export function tampered(message: string): Problem {
  return pluginProblem('TAMPERED', `${message} Nothing was installed.`, {
    exit: EXIT.denied,
    suggestions: ['Do not install it; tell whoever runs the registry.'],
  })
}

const UNREACHABLE = new Set([
  ...['EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTCACHED', 'ENOTFOUND'],
  ...['EPIPE', 'ERR_SOCKET_TIMEOUT', 'ESOCKETTIMEDOUT', 'ETIMEDOUT', 'FETCH_ERROR', 'E429'],
])
const DENIED = new Set(['E401', 'E403', 'ENEEDAUTH', 'EOTP'])
const FOLDER = new Set(['EACCES', 'EDQUOT', 'ENOSPC', 'EPERM', 'EROFS'])

/** npm writes scoped names as they stand in an address. */
function unescaped(text: string): string {
  return text.replaceAll(/%2f/gi, '/')
}

/** Names of the errors of npm and of Node, as problems of ours. */
export function npmProblem(code: string, summary: string, cause?: unknown): Problem {
  const why = summary.trim().split('\n', 1)[0] ?? ''
  const details = cause === undefined ? {} : {cause}
  if (code === 'E404') return pluginProblem('NOT_FOUND', `The registry has no such package: ${unescaped(why)}`, details)
  if (code === 'ETARGET' || code === 'ENOVERSIONS')
    return pluginProblem('NO_VERSION', `No version fits, or none is old enough: ${why}`, details)
  if (code === 'EINTEGRITY') return tampered(`A package is not what the registry said it would be: ${why}.`)
  if (DENIED.has(code))
    return pluginProblem('REGISTRY_DENIED', `The registry refuses: ${why}`, {
      exit: EXIT.denied,
      suggestions: ['Check the token for that registry in your .npmrc.'],
      ...details,
    })
  if (UNREACHABLE.has(code) || /^E5\d\d$/.test(code))
    return pluginProblem('REGISTRY_UNREACHABLE', `The registry cannot be reached: ${why}`, {
      exit: EXIT.temporary,
      suggestions: ['Try again when you are online; what is installed works meanwhile.'],
      ...details,
    })
  if (FOLDER.has(code))
    return pluginProblem('FOLDER', `The folder of plugins cannot be written: ${why}`, {
      exit: EXIT.configuration,
      ...details,
    })
  return pluginProblem('NPM_FAILED', `npm failed (${code}): ${why}`, details)
}
