import {inspect} from 'node:util'

/** A flag whose value is secret, spelled right or not. */
const SECRET_FLAG = /^--?[\w-]*(?:key|passw|secret|token)[\w-]*(?:=([^]*))?$/i

/** What stands on the command line and must be shown nowhere, in the forms in which traces print it. */
export function secretArguments(argv: readonly string[]): Readonly<Record<string, string>> {
  const values = argv.flatMap((word, at) => {
    const flag = SECRET_FLAG.exec(word)
    if (!flag) return []
    const value = flag[1] ?? argv[at + 1]
    return value === undefined || (flag[1] === undefined && value.startsWith('-')) ? [] : [value]
  })
  const forms = values.flatMap((value) => [value, inspect(value).slice(1, -1), JSON.stringify(value).slice(1, -1)])
  return Object.fromEntries([...new Set(forms)].map((form) => [`argument ${form}`, form]))
}

/**
 * oclif's traces (`DEBUG`), and those of any library, print command lines. There is no list of who prints what, so all
 * that goes to the stream is cleaned.
 */
export function shieldTraces(stream: NodeJS.WriteStream, clean: (text: string) => string): void {
  const write = stream.write.bind(stream)
  const shielded = (chunk: string | Uint8Array, ...rest: never[]): boolean =>
    write(typeof chunk === 'string' ? clean(chunk) : chunk, ...rest)
  stream.write = shielded
}
