import assert from 'node:assert/strict'
import {generateKeyPairSync} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {PluginRuns} from '../support/plugin-runs.ts'
import type {PackageFiles} from '../support/registry.ts'
import {Verdaccio} from '../support/verdaccio.ts'

function plugin(name: string, version: string, more: object = {}): PackageFiles {
  const oclif = {hooks: {'acme:hook': './hook.js'}}
  return {
    'package.json': JSON.stringify({name, version, oclif, ...more}),
    'hook.js': 'exports.default = () => {}',
  }
}

describe('plugins from a real registry', () => {
  let verdaccio: Verdaccio
  let runs: PluginRuns
  before(async () => {
    verdaccio = await Verdaccio.start()
    runs = await PluginRuns.create(verdaccio.url)
    await verdaccio.publish(plugin('acme-words', '1.0.0'))
    await verdaccio.publish(plugin('@acme/hello', '1.0.0', {dependencies: {'acme-words': '^1.0.0'}}))
    await verdaccio.publish(plugin('@private/hello', '1.0.0'))
  })
  after(async () => {
    await runs?.[Symbol.asyncDispose]()
    await verdaccio?.[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await runs.clear()
    await rm(path.join(runs.folder, '.npmrc'), {force: true})
  })

  const version = (name: string): string =>
    (
      JSON.parse(readFileSync(path.join(runs.dataDir, 'node_modules', name, 'package.json'), 'utf8')) as {
        version: string
      }
    ).version

  it('are installed with what they depend on, updated, kept where they are pinned, and uninstalled', async () => {
    await verdaccio.publish(plugin('@acme/pinned', '1.0.0'))
    assert.equal(await runs.run(['plugins', 'install', '@acme/hello', '@acme/pinned@1.0.0']), undefined)
    assert.deepEqual([version('@acme/hello'), version('acme-words')], ['1.0.0', '1.0.0'])
    for (const name of ['@acme/hello', '@acme/pinned']) await verdaccio.publish(plugin(name, '1.1.0'))
    await runs.forgetCache()
    assert.equal(await runs.run(['plugins', 'update']), undefined)
    assert.deepEqual([version('@acme/hello'), version('@acme/pinned')], ['1.1.0', '1.0.0'])
    assert.equal(runs.isInstalled('acme-words'), false, 'nothing depends on it any more')
    assert.equal(await runs.run(['plugins', 'uninstall', '@acme/hello']), undefined)
    assert.deepEqual([runs.isInstalled('@acme/hello'), runs.isInstalled('@acme/pinned')], [false, true])
  })

  it('of a private scope come with a token, which nobody sees, and not without', async () => {
    const refused = await runs.run(['plugins', 'install', '@private/hello'])
    assert.equal(refused?.code, 'PLUGIN_REGISTRY_DENIED', refused?.message)
    await writeFile(path.join(runs.folder, '.npmrc'), verdaccio.npmrc, {mode: 0o600})
    for (const plugins of [undefined, {allowed: [{name: '@private/*'}], registries: [verdaccio.url]}]) {
      await runs.clear()
      assert.equal(await runs.run(['plugins', 'install', '@private/hello'], plugins), undefined)
      assert.equal(version('@private/hello'), '1.0.0')
    }

    assert.ok(!runs.said.includes(verdaccio.token))
  })

  it('stay as they are while nobody is online, and can be uninstalled', async () => {
    assert.equal(await runs.run(['plugins', 'install', '@acme/hello@1.0.0']), undefined)
    await verdaccio.stop()
    try {
      for (const args of [['install', '@acme/other'], ['update']]) {
        const refused = await runs.run(['plugins', ...args])
        if (args[0] === 'install') assert.deepEqual([refused?.code, refused?.exit], ['PLUGIN_REGISTRY_UNREACHABLE', 75])
        assert.equal(version('@acme/hello'), '1.0.0')
      }

      assert.equal(await runs.run(['plugins', 'uninstall', '@acme/hello']), undefined)
      assert.equal(runs.isInstalled('@acme/hello'), false)
    } finally {
      await verdaccio.restart()
    }
  })

  it('are refused under a policy while they are too young, and where they are not signed', async () => {
    const young = await runs.run(['plugins', 'install', '@acme/hello'], {minimumAgeDays: 7})
    assert.equal(young?.code, 'PLUGIN_NO_VERSION', young?.message)
    const key = generateKeyPairSync('ec', {namedCurve: 'P-256'}).publicKey.export({format: 'der', type: 'spki'})
    const keys = [{keyid: 'SHA256:acme', key: key.toString('base64')}]
    const unsigned = await runs.run(['plugins', 'install', '@acme/hello'], {signatures: {keys}})
    assert.equal(unsigned?.code, 'POLICY_REFUSED')
    assert.match(unsigned.message, /plugins\.signatures\)\. @acme\/hello 1\.\d\.0: it is not signed by its registry/)
    assert.equal(runs.isInstalled('@acme/hello'), false)
  })

  it('that are not there: neither a public package nor another name comes in their place', async () => {
    await verdaccio.publish(plugin('hello', '1.0.0'))
    const refused = await runs.run(['plugins', 'install', 'hello'])
    assert.equal(refused?.code, 'PLUGIN_NOT_FOUND')
    assert.match(refused.message, /hello is short for @superset\/plugin-hello, which is not in the registry/)
    assert.equal(await runs.run(['plugins', 'install', 'npm:hello']), undefined)
    assert.equal(version('hello'), '1.0.0')
  })
})
