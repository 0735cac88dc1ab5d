import {type Config, ModuleLoader} from '@oclif/core'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {folderOf} from './load-bundled.ts'
import type {PluginAccess} from '../identity/ask.ts'
import {currentPolicy} from '../policy/current.ts'

/** How identity plugins are found and imported: through oclif, which knows where they are. */
export function pluginAccess(config: Pick<Config, 'bin' | 'pjson' | 'plugins' | 'root'>): PluginAccess {
  return {
    bin: config.bin,
    plugins: config.plugins,
    bundledRoot: (name) =>
      config.pjson.oclif.plugins?.includes(name)
        ? (folderOf(name, config.root) ?? path.dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`))))
        : undefined,
    async check(plugin) {
      const policy = currentPolicy()
      if (policy?.identity === undefined) return
      const {checkChoosable, checkPinned} = await import('../policy/pinned-identity.ts')
      checkChoosable(plugin.name, policy)
      await checkPinned(plugin, policy)
    },
    load(plugin, target) {
      const full = config.plugins.get(plugin.name)
      if (!full) throw new Error(`no plugin ${plugin.name}`)
      return ModuleLoader.load(full, path.join(plugin.root, target))
    },
  }
}
