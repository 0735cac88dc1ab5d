import {isObject} from '@superset/identity'
import path from 'node:path'
import {field, readObject, text} from './plugin-list.ts'

/** One package that npm is about to install, as its lock says. */
export interface LockedPackage {
  /** Such as `node_modules/@acme/hello`. */
  readonly place: string
  readonly name: string
  readonly version: string
  readonly resolved?: string
  readonly integrity?: string
  /** A folder elsewhere that npm links to. */
  readonly link: boolean
}

/** What comes inside the tarball of another package has no entry of its own here. */
export function readLock(folder: string, file = 'package-lock.json'): readonly LockedPackage[] {
  const packages = field(readObject(path.join(folder, file)), 'packages')
  return Object.entries(isObject(packages) ? packages : {}).flatMap(([place, entry]) => {
    if (!place.includes('node_modules/') || field(entry, 'inBundle') === true) return []
    const name = text(entry, 'name') ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const resolved = text(entry, 'resolved')
    const integrity = text(entry, 'integrity')
    const locked = {place, name, version: text(entry, 'version') ?? '', link: field(entry, 'link') === true}
    return [{...locked, ...(resolved !== undefined && {resolved}), ...(integrity !== undefined && {integrity})}]
  })
}

export function lockedPlugin(lock: readonly LockedPackage[], name: string): LockedPackage | undefined {
  return lock.find(({place}) => place === `node_modules/${name}`)
}
