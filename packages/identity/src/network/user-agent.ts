/** On the process, because the CLI and each plugin may bring a copy of this module. */
const NAME = Symbol.for('superset:user-agent')

/** The program and version that this process's requests name, such as `superset/1.2.3`. */
export function nameProgram(name: string): void {
  Reflect.set(globalThis, NAME, name)
}

/** RFC 9110 10.1.5: whose requests these are. */
export function userAgent(): string {
  const name: unknown = Reflect.get(globalThis, NAME)
  return `${typeof name === 'string' ? name : 'superset'} node/${process.versions.node}`
}
