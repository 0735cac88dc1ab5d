import type {Config, Interfaces} from '@oclif/core'
import {isObject, type Problem} from '@superset/identity'
import path from 'node:path'
import {usage} from '../cli/errors.ts'
import {currentRun} from '../cli/current-run.ts'
import {field, folderOf, type ListedPlugin, readListed, readObject, text} from '../plugins/plugin-list.ts'
import type {PluginDetails, PluginReport} from '../own-shapes.ts'
import {faultsOf} from '../plugins/manifest.ts'
import {pluginProblem} from '../plugins/problems.ts'
import {installCommandFor, kindOfAddress} from '../plugins/package-spec.ts'

type Program = Pick<Config, 'dataDir' | 'plugins'> & Pick<Interfaces.Config, 'bin' | 'findCommand'>

/** Nothing of a plugin is imported for it. */
export function reportPlugins(program: Program): readonly PluginReport[] {
  return readListed(program.dataDir).map((listed) => report(listed, program))
}

function report(listed: ListedPlugin, program: Program): PluginReport {
  const {name, tag, type, url} = listed
  const folder = folderOf(listed, program.dataDir)
  const manifest = readObject(path.join(folder, 'package.json'))
  const refused = currentRun.leftOut.get(name)
  const broken = currentRun.broken.get(name) ?? []
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
    loses: losesOf(plugin, program),
  }
}

/** Those that come with the CLI. */
export function reportBundled(program: Program & Pick<Config, 'root'>): readonly PluginReport[] {
  return [...program.plugins.values()]
    .filter(({root, type}) => type === 'core' && root !== program.root)
    .map((plugin) => ({
      ...{name: plugin.name, version: plugin.version, source: 'bundled' as const, root: plugin.root, from: null},
      ...{pinned: null, state: 'loaded' as const, faults: [], commands: plugin.commands.length},
      ...{hooks: Object.keys(plugin.hooks), loses: losesOf(plugin, program)},
    }))
}

/** Commands that another plugin answers. */
function losesOf(plugin: Interfaces.Plugin | undefined, program: Program): string[] {
  const ids = (plugin?.commands ?? []).map(({id}) => id).toSorted()
  return ids.flatMap((id) => {
    const winner = program.findCommand(id)?.pluginName
    return winner === undefined || winner === plugin?.name ? [] : [`${id.replaceAll(':', ' ')} (${winner})`]
  })
}

/** @param inspected what plugin-plugins has found: of that only the dependencies are its own finding */
export function pluginDetails(plugin: Interfaces.Plugin, inspected: unknown): PluginDetails {
  const {commands, name, pjson, root, tag, type, version} = plugin
  const dependencies = field(inspected, 'deps')
  return {
    ...{name, version, type, root, tag: tag ?? null, homepage: text(pjson, 'homepage') ?? null},
    commands: commands.map(({id}) => id.replaceAll(':', ' ')).toSorted(),
    dependencies: Object.entries(isObject(dependencies) ? dependencies : {}).map(([dependency, found]) => ({
      ...{name: dependency, wanted: text(found, 'from') ?? null, version: text(found, 'version') ?? ''},
    })),
  }
}

/** Installed, and yet not loaded, is another thing than not installed. */
export function whyNotInspected(name: string, {bin, dataDir}: Pick<Program, 'bin' | 'dataDir'>): Problem {
  const listed = readListed(dataDir).find((one) => one.name === name)
  if (!listed) return usage(`${name} is not installed.`, [`\`${bin} plugins\` lists what is.`])
  const reason = currentRun.leftOut.get(name) ?? currentRun.broken.get(name)?.[0] ?? `${name} cannot be loaded.`
  return pluginProblem('INVALID', reason, {
    suggestions: [`Run \`${bin} ${installCommandFor(listed)}\`, or \`${bin} plugins uninstall ${name}\`.`],
  })
}

function sourceOf({type, url}: ListedPlugin): PluginReport['source'] {
  if (type === 'link') return 'link'
  return url === undefined ? 'registry' : kindOfAddress(url)
}

function resolvedOf(name: string, dataDir: string): string | undefined {
  const record = readObject(path.join(dataDir, 'node_modules/.package-lock.json'))
  return text(field(field(record, 'packages'), `node_modules/${name}`), 'resolved')
}
