import {isObject} from '@superset/identity'
import {readFileSync, statSync} from 'node:fs'
import path from 'node:path'

/** A plugin as the user's data folder lists it. */
export interface ListedPlugin {
  readonly name: string
  readonly type: 'link' | 'user'
  /** What was asked for: an exact version, a range, or a name such as `latest`. */
  readonly tag?: string
  /** For what came from no registry: a tarball, a folder, a git address. */
  readonly url?: string
  /** Of a linked plugin. */
  readonly root?: string
}

/** As oclif reads it. A file that cannot be read lists nothing. */
export function readListed(dataDir: string): readonly ListedPlugin[] {
  return listedIn(readObject(path.join(dataDir, 'package.json')))
}

/** The list in the `package.json` of a data folder. */
export function listedIn(manifest: unknown): readonly ListedPlugin[] {
  const plugins = field(field(manifest, 'oclif'), 'plugins')
  const entries: readonly unknown[] = Array.isArray(plugins) ? plugins : []
  return entries.flatMap((entry) => {
    if (typeof entry === 'string') return [{name: entry, tag: 'latest', type: 'user' as const}]
    const name = field(entry, 'name')
    const type = field(entry, 'type')
    if (typeof name !== 'string' || (type !== 'user' && type !== 'link')) return []
    const others = ['root', 'tag', 'url'].map((key) => [key, field(entry, key)])
    return [{name, type, ...Object.fromEntries(others.filter(([, value]) => typeof value === 'string'))}]
  })
}

/** Where a listed plugin lies. */
export function folderOf({name, root, type}: ListedPlugin, dataDir: string): string {
  return type === 'link' ? (root ?? '') : path.join(dataDir, 'node_modules', name)
}

/** The version of a plugin that is there. */
export function versionOf(listed: ListedPlugin, dataDir: string): string | undefined {
  return text(readObject(path.join(folderOf(listed, dataDir), 'package.json')), 'version')
}

/** What lies at a path; `undefined` where nothing does, or nothing that may be seen. */
export function kindOf(place: string): 'file' | 'folder' | undefined {
  try {
    return statSync(place).isDirectory() ? 'folder' : 'file'
  } catch {
    return undefined
  }
}

/** An object in a JSON file; `undefined` for everything else. */
export function readObject(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function field(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

export function text(value: unknown, key: string): string | undefined {
  const found = field(value, key)
  return typeof found === 'string' ? found : undefined
}
