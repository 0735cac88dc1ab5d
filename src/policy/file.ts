import {lstatSync, readFileSync} from 'node:fs'
import path from 'node:path'
import type {Policy} from './policy.ts'
import {unusable} from './problems.ts'
import type {View} from './trust.ts'

const MAX_BYTES = 256 * 1024

/** Where the policy of this machine is. Windows: none, until the owner of a file can be checked there. */
export function policyFile(platform: NodeJS.Platform = process.platform): string | undefined {
  if (platform === 'win32') return undefined
  return platform === 'darwin' ? '/Library/Application Support/Superset/policy.json' : '/etc/superset/policy.json'
}

export interface ReadOptions {
  /** Absent: whoever owns the file is trusted, as for a developer's own. */
  readonly view?: View
}

/**
 * Reads a policy that is beyond its reader's reach.
 * @returns `undefined` where there is none
 * @throws Problem POLICY_UNTRUSTED, POLICY_UNREADABLE, POLICY_INVALID (78)
 */
export async function readPolicy(file: string, {view}: ReadOptions): Promise<Policy | undefined> {
  const {examinePath} = await import('./trust.ts')
  const trust = view ? examinePath(file, view) : {realPath: file}
  if ('fault' in trust) {
    if (trust.missing) return undefined
    throw unusable('UNTRUSTED', file, trust.fault)
  }

  const {parsePolicy} = await import('./schema.ts')
  const policy = parsePolicy(readText(trust.realPath, file), file)
  const {plugin, site} = policy.identity ?? {}
  if (view && site !== undefined && plugin !== undefined) {
    const found = examinePath(path.join(site, 'node_modules', plugin, 'package.json'), view)
    if ('fault' in found) throw unusable('UNTRUSTED', file, `names a site (identity.site) that ${found.fault}`)
  }

  const root = policy.plugins?.provenance?.trustRoot
  const found = view && root !== undefined ? examinePath(root, view) : {}
  if ('fault' in found)
    throw unusable('UNTRUSTED', file, `names a trusted root (plugins.provenance) that ${found.fault}`)
  return policy
}

/** One failed look on most machines. What cannot be looked at may be there. */
export function mayExist(file: string): boolean {
  try {
    return lstatSync(path.dirname(file), {throwIfNoEntry: false}) !== undefined
  } catch {
    return true
  }
}

function readText(realPath: string, file: string): string {
  try {
    const stats = lstatSync(realPath)
    if (!stats.isFile()) throw unusable('UNREADABLE', file, 'is not a file')
    if (stats.size > MAX_BYTES) throw unusable('INVALID', file, 'is larger than any policy is')
    return readFileSync(realPath, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code?.startsWith('POLICY_')) throw error
    throw unusable('UNREADABLE', file, `cannot be read (${code ?? 'unknown fault'})`)
  }
}
