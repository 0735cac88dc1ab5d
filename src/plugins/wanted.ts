import path from 'node:path'

/** What `plugins install` was asked for. */
export type Wanted =
  | {
      readonly type: 'npm'
      readonly name: string
      readonly tag: string
      /** The short name that was typed, where it was one. */
      readonly friendly?: string
    }
  | {readonly type: 'address'; readonly address: string}

/** Short names are names of this scope. */
const FRIENDLY = '@superset/plugin-'
const NPM = 'npm:'
const PATH = /^(?:[./~]|[a-z]:[\\/])|\.tgz$/i

/**
 * `hello` is `@superset/plugin-hello` and nothing else; an unscoped package of a registry is asked for as `npm:hello`.
 * Whether the result is allowed, or a name or tag at all, is not decided here.
 */
export function parseWanted(argument: string, cwd: string): Wanted {
  if (argument.startsWith(NPM)) return {type: 'npm', ...parted(argument.slice(NPM.length))}
  if (argument.startsWith('@')) return {type: 'npm', ...parted(argument)}
  if (argument.startsWith('file:')) return {type: 'address', address: fileAddress(argument.slice(5), cwd)}
  if (PATH.test(argument) && !argument.includes('://')) return {type: 'address', address: fileAddress(argument, cwd)}
  const {name, tag} = parted(argument)
  if (name.includes(':')) return {type: 'address', address: argument}
  // owner/repository
  if (name.includes('/')) return {type: 'address', address: `github:${argument}`}
  return {type: 'npm', name: `${FRIENDLY}${name}`, tag, friendly: name}
}

/** `@superset/plugin-hello` may be called `hello`. */
export function fullName(name: string): string {
  if (name.startsWith(NPM)) return name.slice(NPM.length)
  return /^[\w.~-]+$/.test(name) ? `${FRIENDLY}${name}` : name
}

const PACKAGE = /^(?:@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~][a-z\d._~-]*$/

/** As the registry wants names to be. */
export function isPackageName(name: string): boolean {
  return name.length <= 214 && PACKAGE.test(name)
}

function parted(argument: string): {name: string; tag: string} {
  const at = argument.indexOf('@', 1)
  return at === -1 ? {name: argument, tag: 'latest'} : {name: argument.slice(0, at), tag: argument.slice(at + 1)}
}

function fileAddress(file: string, cwd: string): string {
  return `file:${path.resolve(cwd, file.replace(/^\/\/(?=\/)/, ''))}`
}
