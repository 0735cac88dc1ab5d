import assert from 'node:assert/strict'
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {createPlugin, type PluginKind} from '../../../src/plugins/create.ts'

const TEMPLATES = path.resolve(import.meta.dirname, '../../../dist/templates.json')

describe('a new plugin', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'create-'))
  })
  afterEach(() => {
    chmodSync(home, 0o700)
    rmSync(home, {recursive: true})
  })

  const create = (name: string, kind: PluginKind = 'plugin', folder = path.join(home, 'new')) =>
    createPlugin({name, kind, folder}, TEMPLATES)
  const read = (file: string) => readFileSync(path.join(home, 'new', file), 'utf8')

  it('is the example under its own name, with a topic of its own', () => {
    const files = create('@acme/superset-plugin-off-world')
    assert.ok(files.includes('src/commands/off-world/me.ts') && files.includes('.gitignore'))
    const manifest = JSON.parse(read('package.json')) as {name: string; oclif: {topics: object}}
    assert.deepEqual(
      [manifest.name, Object.keys(manifest.oclif.topics)],
      ['@acme/superset-plugin-off-world', ['off-world']],
    )
    assert.match(read('src/commands/off-world/me.ts'), /class OffWorldMe extends OffWorldCommand/)
    for (const file of files) assert.doesNotMatch(read(file), /\bhello\b(?!,)|Hello(?:Me|World|Anybody|Command)/, file)
  })

  it('for signing in is the whole example', () => {
    create('@tyrell/superset-identity', 'identity-plugin')
    assert.equal((JSON.parse(read('package.json')) as {name: string}).name, '@tyrell/superset-identity')
    assert.ok(existsSync(path.join(home, 'new/test/conformance.test.ts')))
  })

  for (const name of ['../evil', '', 'Upper/Case', '@acme/superset-plugin-', '@acme/superset-plugin-a.b', 'a b', '-x'])
    it(`cannot be called ${JSON.stringify(name)}, and nothing is written`, () => {
      assert.throws(() => create(name), {exit: 2})
      assert.deepEqual(readdirSync(home), [])
    })

  it('takes an empty folder, and none that holds something', () => {
    mkdirSync(path.join(home, 'new'))
    create('@acme/superset-plugin-jira')
    assert.throws(() => create('@acme/superset-plugin-jira'), {exit: 2, message: /is there already/})
    writeFileSync(path.join(home, 'file'), '')
    assert.throws(() => create('@acme/superset-plugin-jira', 'plugin', path.join(home, 'file')), {exit: 2})
  })

  it('leaves nothing behind where it cannot be written', () => {
    writeFileSync(path.join(home, 'file'), '')
    assert.throws(() => create('@acme/superset-plugin-jira', 'plugin', path.join(home, 'file/new')), {
      exit: 74,
      code: 'PLUGIN_NOT_CREATED',
    })
    assert.deepEqual(readdirSync(home), ['file'])
  })
})
