/**
 * Every exit code of `superset`, in one table. Scripts and agents rely on these numbers; no other number is used.
 * (An unknown command is a usage error. 130 and 143 follow from the signals SIGINT and SIGTERM.)
 */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  signInNeeded: 4,
  storage: 74,
  temporary: 75,
  denied: 77,
  configuration: 78,
  interrupted: 130,
  terminated: 143,
} as const

/** One of the numbers of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What each code tells a script; `superset --help` and the README print this list. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'the command itself failed',
  2: 'usage: the command line is wrong',
  4: 'sign-in needed',
  74: 'storage cannot be used: locked, full, read-only',
  75: 'temporary; retry later',
  77: 'refused by policy or denied',
  78: 'configuration must be changed',
  130: 'interrupted',
  143: 'terminated',
}
