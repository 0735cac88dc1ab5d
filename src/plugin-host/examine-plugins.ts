import type {Config} from '@oclif/core'
import type {Check} from '@superset/identity'
import path from 'node:path'
import {authCommandsOf} from '../identity/arrange.ts'
import {installedAs} from '../identity/shadow.ts'
import {kindOf, type ListedPlugin, listedIn, readObject} from '../plugins/plugin-list.ts'
import {installCommandFor} from '../plugins/package-spec.ts'

type Program = Pick<Config, 'bin' | 'dataDir' | 'pjson' | 'plugins'>
type Installed = NonNullable<ReturnType<Config['plugins']['get']>>

/**
 * What `doctor` says of the plugins that the user installed or linked; nothing where there are none.
 * @param leftOut what the policy kept out; it is told with the policy
 */
export function examinePlugins(
  {bin, dataDir, pjson, plugins}: Program,
  leftOut: ReadonlyMap<string, string> = new Map(),
  broken: ReadonlyMap<string, readonly string[]> = new Map(),
): Check[] {
  const file = path.join(dataDir, 'package.json')
  const listed = readList(file)
  if (!listed) return [unreadable(file)]
  const all = [...plugins.values()]
  const lost = listed.filter(
    ({name}) =>
      !leftOut.has(name) && !broken.has(name) && !all.some((plugin) => plugin.name === name || plugin.alias === name),
  )
  const bundled = new Set(pjson.oclif.plugins)
  return [
    ...lost.map((one) => check('fail', `${one.name} was installed, and cannot be loaded.`, again(bin, one))),
    ...[...broken].flatMap(([name, lines]) => {
      const one = listed.find((entry) => entry.name === name)
      return lines.map((line) => check('fail', named(name, line), one && again(bin, one)))
    }),
    ...all
      .filter(({isRoot, name, parent, type}) => !isRoot && !parent && type !== 'core' && !broken.has(name))
      .map((plugin) => examine(plugin, bin, bundled)),
    ...all
      .filter(({name, parent, type}) => parent && type !== 'core' && bundled.has(name))
      .map((plugin) => examine(plugin, bin, bundled)),
  ]
}

function examine(plugin: Installed, bin: string, bundled: ReadonlySet<string>): Check {
  const {name, version} = plugin
  if (bundled.has(name)) {
    const message = `An installed plugin bears the name of the bundled ${name}, and took its place.`
    return check('fail', message, [`Run \`${bin} plugins uninstall ${installedAs(plugin)}\`.`])
  }

  const {fault} = authCommandsOf(plugin)
  if (fault !== undefined) {
    const message = `${name} ${version} declares its own auth commands, but ${fault}; the bundled ones stay.`
    return check('fail', message, ['Ask its author.'])
  }

  return check('pass', `${name} ${version} is loaded.`)
}

function named(name: string, line: string): string {
  return line.endsWith('.') ? line : `${name}: ${line}.`
}

function again(bin: string, listed: ListedPlugin): readonly string[] {
  const {name, root, type} = listed
  // What was linked is the user's own: it is put right, or let go.
  const first = type === 'link' ? `Put right what is in ${root}.` : `Run \`${bin} ${installCommandFor(listed)}\`.`
  return [first, `Or run \`${bin} plugins uninstall ${name}\`.`]
}

/** oclif warns of such a file and goes on without any plugin; the next `plugins install` writes it anew, empty. */
function unreadable(file: string): Check {
  return check('fail', `${file} cannot be read, so no installed plugin is loaded.`, [
    'Correct it; or remove it, and install your plugins again.',
  ])
}

/** What was installed and linked; `undefined` where the list is damaged. */
function readList(file: string): readonly ListedPlugin[] | undefined {
  if (kindOf(file) === undefined) return []
  const list = readObject(file)
  return list && listedIn(list)
}

function check(outcome: Check['outcome'], message: string, suggestions?: readonly string[]): Check {
  return {name: 'plugins', outcome, message, ...(suggestions && {suggestions})}
}
