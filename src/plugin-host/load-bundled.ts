import {type Interfaces, Plugin} from '@oclif/core'
import {readFile} from 'node:fs/promises'
import path from 'node:path'

/** Their commands are extended by ours, which load them when they are called, and not before. */
const EXTENDED: ReadonlySet<string> = new Set(['@oclif/plugin-plugins', '@oclif/plugin-update'])

/**
 * The CLI and the plugins that its `package.json` lists, loaded as oclif does it. Those that are extended have no command
 * and no hook: nothing of theirs is called past ours. What cannot be loaded is missing, as in oclif.
 */
export async function loadBundled(program: Interfaces.Options): Promise<Map<string, Plugin>> {
  const {ignoreManifest = false, root} = program
  const pjson =
    program.pjson ?? (JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Plugin['pjson'])
  const {dependencies = {}, oclif} = pjson
  const cli = new Plugin({ignoreManifest, isRoot: true, pjson, root})
  await cli.load()
  const listed = (oclif.plugins ?? []).flatMap((name) => {
    const version = dependencies[name]
    if (version === undefined) return []
    const bare = EXTENDED.has(name) && {ignoreManifest: true, pjson: {name, version, oclif: {}}}
    return [new Plugin({ignoreManifest, name, root, type: 'core', ...bare})]
  })
  const outcomes = await Promise.allSettled(listed.map((plugin) => plugin.load()))
  const loaded = listed.filter((_, index) => outcomes[index]?.status === 'fulfilled')
  return new Map([cli, ...loaded].map((plugin) => [plugin.name, plugin]))
}
