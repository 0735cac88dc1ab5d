import {createRequire} from 'node:module'
import type {ListedPlugin} from './plugin-list.ts'

/** What `plugins install` was asked for. */
export type PackageSpec =
  | {
      readonly type: 'npm'
      readonly name: string
      readonly tag: string
      /** The short name that was typed, where it was one. */
      readonly friendly?: string
    }
  | {readonly type: 'address'; readonly address: string}

/** npm's own reading of an argument, as far as it matters here; the library has no types. */
interface Spec {
  readonly type: 'alias' | 'directory' | 'file' | 'git' | 'range' | 'remote' | 'tag' | 'version'
  readonly name: string | null
  readonly rawSpec: string
  readonly saveSpec: string | null
  readonly fetchSpec: string | null
}

/** Short names are names of this scope. */
const FRIENDLY = '@superset/plugin-'
const NPM = 'npm:'
const FILE = 'file:'

const require = createRequire(import.meta.url)

/**
 * `hello` is `@superset/plugin-hello` and nothing else; an unscoped package of a registry is asked for as `npm:hello`.
 * All else is read as npm reads it. Whether the result is allowed, or a name or tag at all, is not decided here.
 */
export function parsePackageSpec(argument: string, cwd: string): PackageSpec {
  const isFull = argument.startsWith(NPM)
  const text = isFull ? argument.slice(NPM.length) : argument
  const spec = read(text, cwd)
  if (spec?.name === null || spec?.name === undefined) {
    if (spec?.type === 'file' || spec?.type === 'directory')
      return {type: 'address', address: `${FILE}${spec.fetchSpec}`}
    if (spec?.type === 'git' || spec?.type === 'remote') return {type: 'address', address: spec.saveSpec ?? text}
  }

  // What npm cannot read, and what names two packages at once, is no name, and is refused as such.
  const {name, tag} = parted(text)
  if (isFull || name.startsWith('@')) return {type: 'npm', name, tag}
  return {type: 'npm', name: `${FRIENDLY}${name}`, tag, friendly: name}
}

/** `undefined` for what npm cannot read. */
function read(text: string, cwd: string): Spec | undefined {
  const npa = require('npm-package-arg') as (argument: string, where: string) => Spec
  try {
    return npa(text, cwd)
  } catch {
    return undefined
  }
}

/** Where on this machine an address leads to; `undefined` for one of elsewhere. */
export function fileOfAddress(address: string): string | undefined {
  return address.startsWith(FILE) ? address.slice(FILE.length) : undefined
}

/** Of a plugin that came from no registry. */
export function kindOfAddress(address: string): 'address' | 'folder' | 'tarball' {
  const type = read(address, '/')?.type
  return type === 'directory' ? 'folder' : type === 'file' ? 'tarball' : 'address'
}

/** `@superset/plugin-hello` may be called `hello`. */
export function fullName(name: string): string {
  if (name.startsWith(NPM)) return name.slice(NPM.length)
  return /^[\w.~-]+$/.test(name) ? `${FRIENDLY}${name}` : name
}

/** How a package is asked for by its name, so that no other is meant. */
export function askedAs(name: string): string {
  return name.startsWith('@') ? name : `${NPM}${name}`
}

/** What brings a listed plugin again: the arguments of `superset`. */
export function installCommandFor({name, root, tag, type, url}: ListedPlugin): string {
  if (type === 'link') return `plugins link ${quoted(root ?? '')}`
  if (url !== undefined) return `plugins install ${quoted(url)}`
  return `plugins install ${quoted(askedAs(name) + (tag === undefined || tag === 'latest' ? '' : `@${tag}`))}`
}

/** The listed plugin that somebody means: by its name, its short name, with or without a version, or the folder it is linked to. */
export function findListed(typed: string, listed: readonly ListedPlugin[], folder: string): ListedPlugin | undefined {
  const {name} = parted(typed.startsWith(NPM) ? typed.slice(NPM.length) : typed)
  return (
    listed.find((one) => one.name === typed) ??
    listed.find((one) => one.name === name) ??
    listed.find((one) => one.name === fullName(name)) ??
    listed.find(({root, type}) => type === 'link' && root === folder)
  )
}

const PACKAGE = /^(?:@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~][a-z\d._~-]*$/

/** As the registry wants names to be. */
export function isPackageName(name: string): boolean {
  return name.length <= 214 && PACKAGE.test(name)
}

function parted(argument: string): {name: string; tag: string} {
  const at = argument.indexOf('@', 1)
  if (at === -1) return {name: argument, tag: 'latest'}
  return {name: argument.slice(0, at), tag: argument.slice(at + 1) || 'latest'}
}

/** For a shell, where it takes it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./^~-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
