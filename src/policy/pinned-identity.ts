import {EXIT, Problem} from '@superset/identity'
import {isSameFolder} from '@superset/identity/home'
import path from 'node:path'
import type {Policy} from './policy.ts'

/** The part of an installed plugin that a policy can pin. */
export interface PluginLocation {
  readonly name: string
  readonly version?: string
  readonly root: string
  /** As oclif and we call it: `user` and `link` are what the user added, under whatever name. */
  readonly type?: string
}

/** Where a site's plugin is, if the policy names such a folder. */
export function siteRoot(policy: Policy | undefined): {readonly name: string; readonly root: string} | undefined {
  const {plugin, site} = policy?.identity ?? {}
  return plugin === undefined || site === undefined
    ? undefined
    : {name: plugin, root: path.join(site, 'node_modules', plugin)}
}

/** @throws Problem POLICY_IDENTITY (77) for the pinned plugin in another version, or from another folder */
export async function checkPinned(plugin: PluginLocation, policy: Policy | undefined): Promise<void> {
  const {file, identity} = policy ?? {}
  if (file === undefined || identity?.plugin !== plugin.name) return
  const root = siteRoot(policy)?.root
  if (root !== undefined && !isSameFolder(root, plugin.root)) {
    throw refused(`${plugin.name} was loaded from ${plugin.root}, not from ${root}`, `${file}: identity.site`)
  }

  if (root === undefined && (plugin.type === 'user' || plugin.type === 'link')) {
    throw refused(`${plugin.name} must come with the CLI, or from identity.site`, `${file}: identity.plugin`)
  }

  const {version} = identity
  if (version === undefined) return
  const {satisfies} = await import('semver')
  if (satisfies(plugin.version ?? '', version)) return
  const found = `${plugin.name} is here in version ${plugin.version ?? 'unknown'}, not in ${version}`
  throw refused(found, `${file}: identity.version`)
}

/** @throws Problem POLICY_IDENTITY (77) when the policy pins another plugin than this */
export function checkChoosable(plugin: string, policy: Policy | undefined): void {
  const pinned = policy?.identity?.plugin
  if (policy === undefined || pinned === undefined || pinned === plugin) return
  throw refused(`${pinned} is the identity plugin of this machine`, `${policy.file}: identity.plugin`)
}

function refused(what: string, place: string): Problem {
  return new Problem({
    code: 'POLICY_IDENTITY',
    message: `${what} (policy ${place}).`,
    exit: EXIT.denied,
    suggestions: ['Ask who administers this machine.'],
  })
}
