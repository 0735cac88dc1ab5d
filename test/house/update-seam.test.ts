import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {registerHooks} from 'node:module'
import path from 'node:path'
import {signUpdater, updateCommand} from '../../src/update/signed-updater.ts'
import type {UpdateTools} from '../../src/update/run-update.ts'

const root = path.dirname(path.dirname(import.meta.dirname))
const PACKAGE = '@oclif/plugin-update'
interface Read {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly packages: Readonly<Record<string, object>>
  readonly oclif: {readonly plugins: readonly string[]}
  readonly commands: Readonly<Record<string, {readonly pluginName?: string}>>
}
const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Read

/** Nothing here is ever reached: whatever asks for it fails. */
const NOTHING = new Proxy({} as UpdateTools, {
  get(_, name) {
    throw new Error(`asked for ${String(name)}`)
  },
})

describe('plugin-update below our command', () => {
  const resolved: string[] = []
  const recorder = registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      resolved.push(found.url)
      return found
    },
  })
  after(() => recorder.deregister())

  it('is pinned, a plugin of the CLI, there once, and every command of it is answered by ours', () => {
    const {dependencies, oclif} = read('package.json')
    const {commands, version} = read(`node_modules/${PACKAGE}/oclif.manifest.json`)
    assert.equal(dependencies[PACKAGE], version)
    assert.ok(oclif.plugins.includes(PACKAGE))
    const copies = Object.keys(read('package-lock.json').packages).filter((place) =>
      place.endsWith(`node_modules/${PACKAGE}`),
    )
    assert.deepEqual(copies, [`node_modules/${PACKAGE}`])
    const ours = read('oclif.manifest.json').commands
    for (const id of Object.keys(commands)) assert.equal(ours[id]?.pluginName, 'superset', id)
  })

  it('is what ours is extended from: its flags, its prompt, its run', async () => {
    const Ours = updateCommand()
    const {commands} = (await import(PACKAGE)) as {commands: {update: {prototype: object; flags: object}}}
    assert.equal(Ours, commands.update)
  })

  it('has every method that is replaced, and no other does anything', async () => {
    await signUpdater(NOTHING, {rollback: false})
    const {Updater} = (await import(path.join(root, `node_modules/${PACKAGE}/dist/update.js`))) as {
      Updater: {prototype: Record<string, () => Promise<unknown>>}
    }
    const names = Object.getOwnPropertyNames(Updater.prototype).filter((name) => name !== 'constructor')
    for (const name of ['fetchVersionIndex', 'findLocalVersions', 'runUpdate']) assert.ok(names.includes(name), name)
    for (const name of names) {
      const call = async () => Updater.prototype[name]?.call({})
      if (name === 'findLocalVersions') assert.deepEqual(await call(), [])
      else if (name === 'fetchVersionIndex') await assert.rejects(call, /asked for/)
      else if (name !== 'runUpdate') await assert.rejects(call, /is not used/, name)
    }
  })

  it('cannot reach what it downloads, unpacks or draws with', () => {
    // Loaded by the tests above, and none of these with it.
    assert.ok(resolved.some((url) => url.endsWith(`/${PACKAGE}/dist/update.js`)))
    for (const name of ['@oclif/table', 'filesize', 'got', 'proxy-agent', 'tar-fs', 'react'])
      assert.deepEqual(
        resolved.filter((url) => url.includes(`/node_modules/${name}/`)),
        [],
      )
  })
})
