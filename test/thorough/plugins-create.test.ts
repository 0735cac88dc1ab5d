import assert from 'node:assert/strict'
import path from 'node:path'
import {Home} from '../support/cli.ts'
import {ExampleCopy} from '../support/examples.ts'
import {Registry} from '../support/registry.ts'
import {assertSucceeded} from '../support/signed-in.ts'

/** With the packages that it names as this repository packs them, and none of a registry. */
describe('plugins create, from an empty folder', () => {
  let home: Home
  before(async () => {
    home = await Home.create()
  })
  after(() => home[Symbol.asyncDispose]())

  const create = async (name: string, ...flags: string[]) => {
    assertSucceeded(await home.run(['plugins', 'create', name, ...flags], {cwd: home.path}))
    return ExampleCopy.of(path.join(home.path, name.split('/').at(-1) ?? ''))
  }

  it('a plugin builds, its tests pass, and it is installed by name and runs', async () => {
    await using copy = await create('@tyrell/superset-plugin-off-world')
    assert.match(await copy.npm('test'), /^ +[1-9]\d* passing/m)
    await using registry = await Registry.start()
    await copy.publish(registry)
    const env = {SUPERSET_NPM_REGISTRY: registry.url}
    assertSucceeded(await home.run(['plugins', 'install', copy.manifest.name], {env}))
    const {stdout} = await home.run(['off-world', 'world'], {env})
    assert.equal(stdout, 'Hello, world!\n')
  })

  it('an identity plugin builds, and its tests pass, the conformance kit among them', async () => {
    await using copy = await create('@tyrell/superset-identity', '--identity')
    await copy.npm('run', 'build')
    assert.match(await copy.npm('test'), /^ +[1-9]\d* passing/m)
  })
})
