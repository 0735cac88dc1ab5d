import * as core from '@oclif/core'
import {createRequire, Module} from 'node:module'

/**
 * Before a plugin is imported: one that means the CLI's own copy of oclif's core by `@oclif/core` gets the one that runs, which
 * may be inside a bundle. A plugin that brings a copy of its own keeps it.
 */
export function shareCore(): void {
  const require = createRequire(import.meta.url)
  const file = require.resolve('@oclif/core')
  require.cache[file] ??= Object.assign(new Module(file), {exports: core, filename: file, loaded: true})
}
