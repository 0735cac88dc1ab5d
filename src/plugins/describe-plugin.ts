import {reasonOf} from '@superset/identity'
import {Plugin} from '@oclif/core'
import {writeFileSync} from 'node:fs'

/**
 * A process of its own, which imports every command of a plugin once, so that no start of the CLI has to. Whatever the
 * plugin prints, and however it ends, happens here.
 */
const [, , root = '', output = ''] = process.argv
const plugin = new Plugin({root, type: 'core', ignoreManifest: true, respectNoCacheDefault: true})
await plugin.load()
const faults: Array<{command: string; reason: string}> = []
for (const id of plugin.commandIDs) {
  if (id in plugin.manifest.commands) continue
  const error: unknown = await plugin.findCommand(id, {must: true}).then(
    () => 'its command cannot be described',
    (reason: unknown) => reason,
  )
  faults.push({command: id, reason: reasonOf(error)})
}

writeFileSync(output, JSON.stringify({...plugin.manifest, superset: {faults}}))
// Whatever the plugin still has open.
process.exit(0)
