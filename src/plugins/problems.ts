import {EXIT, type ExitCode, Problem, reasonOf} from '@superset/identity'
import {askedAs} from './package-spec.ts'

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

/** Nothing can be put where plugins are kept. */
export function folderProblem(folder: string, cause: unknown): Problem {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
  return pluginProblem('FOLDER', `Plugins are kept in ${folder}, which cannot be written (${code}).`, {
    exit: EXIT.configuration,
    suggestions: ['Make it writable, or name another folder in SUPERSET_DATA_DIR.'],
    cause,
  })
}

/** A version that runs would be replaced by an older one, which may have a fault that is known by now. */
export function olderOffered(
  name: string,
  {before, offered, tag}: {before: string; offered: string; tag: string},
): Problem {
  return pluginProblem(
    'OLDER',
    `The registry offers ${name} ${offered} as ${tag}, older than ${before}, which is installed. Nothing was installed.`,
    {
      exit: EXIT.denied,
      suggestions: [`If you want it, name the version: \`superset plugins install ${askedAs(name)}@${offered}\`.`],
    },
  )
}

/** Names of the errors of npm and of Node, as problems of ours. */
export function npmProblem(
  code: string,
  summary: string,
  {cause, minimumAgeDays}: {readonly cause?: unknown; readonly minimumAgeDays?: number | undefined} = {},
): Problem {
  const why = reasonOf(summary)
  const details = cause === undefined ? {} : {cause}
  if (code === 'E404')
    return pluginProblem('NOT_FOUND', `The registry has no such package: ${unescaped(why)}.`, details)
  if (code === 'ETARGET' || code === 'ENOVERSIONS')
    return pluginProblem(
      'NO_VERSION',
      `No version fits${minimumAgeDays === undefined ? '' : `, or none is ${minimumAgeDays} days old`}: ${why}.`,
      details,
    )
  if (code === 'EINTEGRITY') return tampered(`A package is not what the registry said it would be: ${why}.`)
  if (DENIED.has(code))
    return pluginProblem('REGISTRY_DENIED', `The registry refuses: ${why}.`, {
      exit: EXIT.denied,
      suggestions: ['Check the token for that registry in your .npmrc.'],
      ...details,
    })
  if (UNREACHABLE.has(code) || /^E5\d\d$/.test(code))
    return pluginProblem('REGISTRY_UNREACHABLE', `The registry cannot be reached: ${why}.`, {
      exit: EXIT.temporary,
      suggestions: ['Try again when you are online; what is installed works meanwhile.'],
      ...details,
    })
  if (FOLDER.has(code))
    return pluginProblem('FOLDER', `npm cannot write what it has to: ${why}.`, {exit: EXIT.configuration, ...details})
  return pluginProblem('NPM_FAILED', `npm failed (${code}): ${why}.`, details)
}
