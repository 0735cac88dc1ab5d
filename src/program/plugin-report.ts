import type {Config, Interfaces} from '@oclif/core'
import path from 'node:path'
import {brokenPlugins, pluginsLeftOut} from './left-out.ts'
import {field, folderOf, type Listed, readListed, readObject, text} from '../plugins/data-folder.ts'
import {faultsOf} from '../plugins/manifest.ts'

type Program = Pick<Config, 'dataDir' | 'plugins'> & Pick<Interfaces.Config, 'bin' | 'findCommand'>

/** What `superset plugins` says of one plugin. */
export interface PluginReport {
  readonly name: string
  readonly version: string | null
  readonly source: 'address' | 'folder' | 'link' | 'registry'
  /** Where it came from: an address, a folder, or the registry's address of the tarball. */
  readonly from: string | null
  /** The folder that it is loaded from. */
  readonly root: string
  /** The exact version that it was asked for with, and stays at. */
  readonly pinned: string | null
  readonly state: 'broken' | 'loaded' | 'refused'
  /** Why it is not loaded, and what is wrong with it. */
  readonly faults: readonly string[]
  readonly commands: number
  /** Commands of this plugin that another one answers: `tasks list (superset)`. */
  readonly loses: readonly string[]
  /** It runs code around every command. */
  readonly hooks: readonly string[]
}

/** Nothing of a plugin is imported for it. */
export function reportPlugins(program: Program): readonly PluginReport[] {
  return readListed(program.dataDir).map((listed) => report(listed, program))
}

function report(listed: Listed, program: Program): PluginReport {
  const {name, tag, type, url} = listed
  const folder = folderOf(listed, program.dataDir)
  const manifest = readObject(path.join(folder, 'package.json'))
  const refused = pluginsLeftOut().get(name)
  const broken = brokenPlugins().get(name) ?? []
  const plugin = refused === undefined ? program.plugins.get(name) : undefined
  const described = plugin && readObject(path.join(folder, 'oclif.manifest.json'))
  const faults = [refused, ...broken, ...faultsOf(described)].filter((one) => one !== undefined)
  const state = refused !== undefined ? 'refused' : plugin && faults.length === 0 ? 'loaded' : 'broken'
  const hooks = Object.keys(field(field(manifest, 'oclif'), 'hooks') ?? {})
  return {
    ...{name, version: text(manifest, 'version') ?? null, source: sourceOf(listed)},
    root: folder,
    from: type === 'link' ? folder : (url ?? resolvedOf(name, program.dataDir) ?? null),
    pinned: tag !== undefined && /^\d+\.\d+\.\d+/.test(tag) ? tag : null,
    ...{state, faults, commands: plugin?.commands.length ?? 0, hooks},
    loses: (plugin?.commands ?? [])
      .map(({id}) => id)
      .toSorted()
      .flatMap((id) => {
        const winner = program.findCommand(id)?.pluginName
        return winner === undefined || winner === name ? [] : [`${id.replaceAll(':', ' ')} (${winner})`]
      }),
  }
}

function sourceOf({type, url}: Listed): PluginReport['source'] {
  if (type === 'link') return 'link'
  if (url === undefined) return 'registry'
  return url.startsWith('file:') ? 'folder' : 'address'
}

function resolvedOf(name: string, dataDir: string): string | undefined {
  const record = readObject(path.join(dataDir, 'node_modules/.package-lock.json'))
  return text(field(field(record, 'packages'), `node_modules/${name}`), 'resolved')
}
