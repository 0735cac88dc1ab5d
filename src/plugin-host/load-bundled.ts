import {Plugin} from '@oclif/core'
import {existsSync, realpathSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import type {Program} from './arrange-program.ts'
import {PreparedPlugin} from './prepared-plugin.ts'

type PJSON = Plugin['pjson']

/** Their commands are extended by ours, which load them when they are called, and not before. */
const EXTENDED: ReadonlySet<string> = new Set(['@oclif/plugin-plugins', '@oclif/plugin-update'])

const NOTHING = {commands: {}, hooks: {}}

/**
 * The CLI and the plugins that its `package.json` lists, loaded as oclif does it, or as bin/bundle.js has prepared them. Those
 * that are extended have no command and no hook: nothing of theirs is called past ours. What cannot be loaded is missing, as
 * in oclif.
 */
export async function loadBundled(program: Program): Promise<Map<string, Plugin>> {
  const {ignoreManifest = false, prepared, root} = program
  const pjson = program.pjson ?? (JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as PJSON)
  const {dependencies = {}, oclif} = pjson
  const adopt = (folder: string | undefined, pjson?: PJSON, contents = prepared?.plugins[pjson?.name ?? '']) =>
    prepared && folder !== undefined && pjson && contents
      ? new PreparedPlugin({isRoot: folder === root, pjson, root: folder}, contents, prepared.folder)
      : undefined
  const cli = adopt(root, pjson) ?? new Plugin({ignoreManifest, isRoot: true, pjson, root})
  const listed = (oclif.plugins ?? []).flatMap((name) => {
    const version = dependencies[name]
    if (version === undefined) return []
    const bare = EXTENDED.has(name) ? {name, version, oclif: {}} : undefined
    const known = bare ?? prepared?.plugins[name]?.pjson
    const fallback = {ignoreManifest, name, root, type: 'core', ...(bare && {ignoreManifest: true, pjson: bare})}
    return [adopt(folderOf(name, root), known, bare && NOTHING) ?? new Plugin(fallback)]
  })
  const outcomes = await Promise.allSettled([cli, ...listed].map((plugin) => plugin.load()))
  if (outcomes[0]?.status === 'rejected') throw outcomes[0].reason
  const loaded = [cli, ...listed].filter((_, index) => outcomes[index]?.status === 'fulfilled')
  return new Map(loaded.map((plugin) => [plugin.name, plugin]))
}

/** Where npm puts what comes with the CLI; `undefined` where npm has put it further up. @param root of the CLI */
export function folderOf(name: string, root: string): string | undefined {
  const inside = path.join(root, 'node_modules', name)
  return existsSync(inside) ? realpathSync.native(inside) : undefined
}
