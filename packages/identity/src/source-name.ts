/** The environment variable that a value came from; `undefined` where it came from elsewhere. */
export function variableOf(source: string): string | undefined {
  return source.startsWith('env:') ? source.slice('env:'.length) : undefined
}

/**
 * Where a value came from, in the words of messages.
 * @param flag the flag that sets it, such as `--organization`
 */
export function sourceName(source: string, flag = 'the command line'): string {
  switch (source) {
    case 'flag':
      return flag
    case 'stored':
    case 'workload':
      return 'your sign-in'
    case 'command':
      return 'the credential command'
    case 'config':
    case 'profile':
      return 'your configuration'
    default:
      return variableOf(source) ?? `the ${source}`
  }
}
