import {EXIT, Problem} from '@superset/identity'
import {isSameFolder} from '@superset/identity/home'
import type {IdentityPlugin} from './plugin.ts'

/** Folder of a plugin that comes with the CLI; `undefined` for any other. */
export type BundledRoot = (name: string) => string | undefined

/**
 * The plugin that bears a bundled one's name and took its place, if one does: what the user installed or linked is
 * loaded first by oclif, and the first of a name stays, commands and hooks.
 */
export function findShadow(
  name: string,
  plugins: ReadonlyMap<string, IdentityPlugin>,
  bundledRoot: BundledRoot,
): IdentityPlugin | undefined {
  const plugin = plugins.get(name)
  const root = plugin && bundledRoot(name)
  if (root === undefined) return undefined
  return plugin?.type === 'core' && isSameFolder(plugin.root, root) ? undefined : plugin
}

export function shadowed(plugin: IdentityPlugin, bin: string): Problem {
  return new Problem({
    code: 'IDENTITY_SHADOWED',
    message: `An installed plugin bears the name of the bundled ${plugin.name} and would take its place, credentials included.`,
    exit: EXIT.configuration,
    suggestions: [`Run \`${bin} plugins uninstall ${installedAs(plugin)}\`.`],
  })
}

/** A plugin may have brought it along, and either may have been installed under another name. */
export function installedAs({alias, name, parent}: IdentityPlugin): string {
  return parent ? installedAs(parent) : (alias ?? name)
}
