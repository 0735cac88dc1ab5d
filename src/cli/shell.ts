/**
 * A program as people write it into a variable or a setting (`less -S`, `code --wait`), and arguments for it: run by the
 * shell of the system, which gets the arguments as such and not as part of its text.
 */
export function throughShell(command: string, ...given: readonly string[]): readonly [string, readonly string[]] {
  if (process.platform === 'win32') return ['cmd.exe', ['/d', '/s', '/c', command, ...given]]
  return ['/bin/sh', ['-c', `${command} "$@"`, 'sh', ...given]]
}
