import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {type IdentityRequest, Problem} from '@superset/identity'
import {type PluginAccess, askProvider} from '../../../src/identity/ask.ts'
import type {Choice} from '../../../src/identity/choose.ts'
import type {IdentityPlugin} from '../../../src/identity/plugin.ts'

const BUNDLED = '@superset/plugin-auth'
const request = {bin: 'superset', profile: 'work'} as IdentityRequest
const chosen = (plugin: string): Choice => ({plugin, source: 'config'})
const provider = {name: 'p', capabilities: [], session: async () => undefined, describe: async () => ({})}

describe('asking an identity plugin', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ask-'))
    mkdirSync(path.join(folder, 'bundled'))
    mkdirSync(path.join(folder, 'other'))
  })
  after(() => rmSync(folder, {recursive: true}))

  function plugin(name: string, more: Partial<IdentityPlugin> = {}): IdentityPlugin {
    const hooks = {'superset:identity': [{target: './hook.js', identifier: 'default'}]}
    return {name, version: '1.0.0', root: path.join(folder, 'bundled'), type: 'core', hooks, ...more}
  }

  function asking(plugins: IdentityPlugin[], load: PluginAccess['load'], deadlineMs = 600_000): PluginAccess {
    return {
      bin: 'superset',
      plugins: new Map(plugins.map((one) => [one.name, one])),
      bundledRoot: (name) => (name.startsWith('@superset/') ? path.join(folder, 'bundled') : undefined),
      load,
      deadlineMs,
    }
  }

  async function refused(name: Choice | string, how: PluginAccess): Promise<Problem> {
    try {
      await askProvider(typeof name === 'string' ? chosen(name) : name, request, how)
    } catch (error) {
      assert.ok(error instanceof Problem)
      return error
    }

    return assert.fail('was answered')
  }

  const answers = async () => ({default: async () => provider})

  it('imports the hook of the chosen plugin, and of no other', async () => {
    const imported: string[] = []
    const how = asking([plugin(BUNDLED), plugin('@acme/sso', {type: 'user'})], async ({name}) => {
      imported.push(name)
      return answers()
    })
    assert.equal(await askProvider(chosen('@acme/sso'), request, how), provider)
    assert.deepEqual(imported, ['@acme/sso'])
  })

  it('hands the request over', async () => {
    let given: unknown
    const how = asking([plugin(BUNDLED)], async () => ({
      default(options: unknown) {
        given = options
        return provider
      },
    }))
    await askProvider(chosen(BUNDLED), request, how)
    assert.deepEqual(given, {request})
  })

  it('finds a named export, and the default of a CommonJS module', async () => {
    const named = plugin('@acme/a', {hooks: {'superset:identity': [{target: 'x', identifier: 'IDENTITY'}]}})
    assert.equal(
      await askProvider(
        chosen('@acme/a'),
        request,
        asking([named], async () => ({IDENTITY: () => provider})),
      ),
      provider,
    )
    const common = asking([plugin('@acme/b')], async () => ({default: {default: () => provider}}))
    assert.equal(await askProvider(chosen('@acme/b'), request, common), provider)
  })

  it('row 88: a plugin that is not installed is an error, not a return to the default', async () => {
    const {code, exit, message, suggestions} = await refused('@acme/gone', asking([plugin(BUNDLED)], answers))
    assert.deepEqual([code, exit], ['IDENTITY_MISSING', 78])
    assert.match(message, /@acme\/gone failed: it is not installed/)
    assert.ok(suggestions.includes('Run `superset plugins install @acme/gone`.'))
  })

  for (const [choice, expected] of [
    [{source: 'config'}, 'Run `superset identity reset` to take that choice back.'],
    [{source: 'profile'}, 'Run `superset identity reset --profile work` to take that choice back.'],
    [{source: 'env:SUPERSET_IDENTITY'}, 'Unset SUPERSET_IDENTITY to take that choice back.'],
    [
      {source: 'policy', file: '/etc/policy.json'},
      'It was chosen by the policy of this machine (/etc/policy.json: identity.plugin); ask who administers it.',
    ],
  ] as const) {
    it(`row 88: names the way back from a choice by ${choice.source}, whatever is wrong with the plugin`, async () => {
      const faults = [
        asking([plugin(BUNDLED)], answers),
        asking([plugin('@acme/sso', {hooks: {}})], answers),
        asking([plugin('@acme/sso')], async () => Promise.reject(new Error('broken'))),
        asking([plugin('@acme/sso')], async () => ({default: () => 'rubbish'})),
      ]
      for (const how of faults) {
        const {suggestions} = await refused({plugin: '@acme/sso', ...choice}, how)
        assert.ok(suggestions.includes(expected), suggestions.join(' '))
      }
    })
  }

  it('sends nobody to a registry for the plugin of a site', async () => {
    const choice = {plugin: '@acme/sso', source: 'policy', file: '/etc/policy.json', site: '/opt/acme'} as const
    const {message, suggestions} = await refused(choice, asking([plugin(BUNDLED)], answers))
    assert.match(message, /it is not in \/opt\/acme\.$/)
    assert.doesNotMatch(suggestions.join(' '), /install/)
  })

  it('lets the policy refuse a plugin before anything of it is imported', async () => {
    const own = new Problem({code: 'POLICY_IDENTITY', message: 'no', exit: 77})
    let imported = false
    const load = async () => {
      imported = true
      return answers()
    }
    const how = {...asking([plugin('@acme/sso')], load), check: async () => Promise.reject(own)}
    assert.equal(await refused('@acme/sso', how), own)
    assert.equal(imported, false)
  })

  it('row 88: a plugin that throws is named, with one line of the reason', async () => {
    for (const load of [
      async () => Promise.reject(new Error('no such file.\n  at secret place')),
      async () => ({default: async () => Promise.reject(new Error('no such file.\n  at secret place'))}),
      async () => ({
        default() {
          throw new Error('no such file.\n  at secret place')
        },
      }),
    ]) {
      const {code, exit, message} = await refused(BUNDLED, asking([plugin(BUNDLED)], load))
      assert.deepEqual([code, exit], ['IDENTITY_FAILED', 78])
      assert.equal(message, `Identity provider plugin ${BUNDLED} failed: no such file.`)
    }
  })

  it('row 88: a plugin that hangs is given up, at import and in its hook', async () => {
    const {promise} = Promise.withResolvers<never>()
    const never = () => promise
    for (const load of [never, async () => ({default: never})]) {
      const {code, exit} = await refused(BUNDLED, asking([plugin(BUNDLED)], load, 20))
      assert.deepEqual([code, exit], ['IDENTITY_TIMEOUT', 78])
    }
  })

  it("keeps the plugin's own refusal", async () => {
    const own = new Problem({code: 'POLICY_METHOD', message: 'no', exit: 77})
    assert.equal(
      await refused(
        BUNDLED,
        asking([plugin(BUNDLED)], async () => Promise.reject(own)),
      ),
      own,
    )
  })

  for (const [name, answer] of [
    ['nothing', undefined],
    ['a string', 'x'],
    ['half a provider', {session() {}}],
    ['a provider without a name', {...provider, name: ''}],
    ['a provider that lists no capabilities', {...provider, capabilities: undefined}],
    ['a provider that cannot do what it says', {...provider, capabilities: ['login']}],
  ] as const) {
    it(`refuses ${name} as an answer`, async () => {
      const how = asking([plugin(BUNDLED)], async () => ({default: async () => answer}))
      assert.equal((await refused(BUNDLED, how)).code, 'IDENTITY_INVALID')
    })
  }

  it('refuses a plugin without the hook, or whose hook is no function', async () => {
    assert.equal(
      (await refused('@acme/x', asking([plugin('@acme/x', {hooks: {}})], answers))).code,
      'IDENTITY_HOOK_MISSING',
    )
    const how = asking([plugin('@acme/x')], async () => ({default: 42}))
    assert.equal((await refused('@acme/x', how)).code, 'IDENTITY_HOOK_MISSING')
  })

  it('refuses an impostor under the name of any plugin that comes with the CLI', async () => {
    const name = '@superset/plugin-auth-other'
    assert.equal((await refused(name, asking([plugin(name, {type: 'user'})], answers))).code, 'IDENTITY_SHADOWED')
  })

  for (const [more, uninstalled] of [
    [{type: 'user'}, BUNDLED],
    [{type: 'link'}, BUNDLED],
    [{type: 'core', root: 'other'}, BUNDLED],
    [{type: 'user', alias: 'another-name'}, 'another-name'],
    [{type: 'user', parent: {name: '@acme/bundle', root: '', type: 'user', hooks: {}}}, '@acme/bundle'],
  ] as const) {
    it(`refuses an impostor under the bundled name: ${JSON.stringify(more)}`, async () => {
      const root = path.join(folder, 'root' in more ? more.root : 'bundled')
      let imported = false
      const how = asking([plugin(BUNDLED, {...more, root})], async () => {
        imported = true
        return answers()
      })
      const {code, exit, suggestions} = await refused(BUNDLED, how)
      assert.deepEqual([code, exit, imported], ['IDENTITY_SHADOWED', 78, false])
      assert.deepEqual(suggestions, [`Run \`superset plugins uninstall ${uninstalled}\`.`])
    })
  }
})
