import type {IdentityRequest} from '@superset/identity'
import assert from 'node:assert/strict'
import type {LoadedPlugin} from '../../../src/identity/plugin.ts'
import {requireUsable, surveyPlugins} from '../../../src/identity/survey.ts'

const BUNDLED = '@superset/plugin-auth'
const provider = {name: 'p', capabilities: [], session: async () => undefined, describe: async () => ({})}
const request = {
  ...{bin: 'superset', profile: 'work', apiKeyFlag: 'sk_live_flag'},
  secrets: {apiKey: 'sk_live_key', storageKey: 'k'},
  remember: async () => assert.fail('was told to remember'),
} as unknown as IdentityRequest

function plugin(name: string, more: Partial<LoadedPlugin> = {}): LoadedPlugin {
  const hooks = {'superset:identity': [{target: './hook.js', identifier: 'default'}]}
  return {
    ...{name, version: '1.0.0', root: import.meta.dirname, type: 'core', isRoot: false, hooks},
    ...{commands: [], pjson: {oclif: {}}},
    ...more,
  }
}

function asking(
  hooks: Readonly<Record<string, (given: {request: IdentityRequest}) => unknown>>,
  plugins: LoadedPlugin[],
) {
  return {
    ...{
      bin: 'superset',
      deadlineMs: 20,
      bundledRoot: (name: string) => (name === BUNDLED ? import.meta.dirname : undefined),
    },
    plugins: new Map(plugins.map((one) => [one.name, one])),
    load: async ({name}: {name: string}) => ({default: hooks[name]}),
  }
}

describe('the list of identity plugins', () => {
  it('has those with the hook, whose commands go with them, and what is wrong with each', async () => {
    const hooks = {
      [BUNDLED]: () => provider,
      '@acme/own': () => provider,
      '@acme/broken': () => Promise.reject(new Error('no vault')),
      '@acme/slow': () => Promise.withResolvers().promise,
    }
    const own = {pjson: {oclif: {superset: {bringsAuthCommands: true}}}}
    const plugins = [
      plugin(BUNDLED),
      plugin('superset', {hooks: {}}),
      plugin('@acme/own', {...own, commands: [{id: 'auth:login'}]}),
      plugin('@acme/broken', own),
      plugin('@acme/slow'),
    ]
    const found = await surveyPlugins({plugin: '@acme/own', source: 'config'}, request, asking(hooks, plugins))
    assert.deepEqual(
      found.map(({answers, authCommands, chosenBy, plugin: name}) => [name, chosenBy, authCommands, answers]),
      [
        ['@acme/broken', null, 'bundled', false],
        ['@acme/own', 'config', 'own', true],
        ['@acme/slow', null, 'bundled', false],
        [BUNDLED, null, 'bundled', true],
      ],
    )
    assert.match(found[0]?.fault ?? '', /@acme\/broken failed: no vault/)
    assert.match(found[2]?.fault ?? '', /no answer within/)
  })

  it('has the chosen one also where it is not installed', async () => {
    const [first] = await surveyPlugins({plugin: '@acme/gone', source: 'profile'}, request, asking({}, []))
    assert.deepEqual(
      [first?.plugin, first?.version, first?.chosenBy, first?.answers],
      [...['@acme/gone', null, 'profile', false]],
    )
  })

  it('gives no plugin a credential, and lets none remember anything', async () => {
    let given: IdentityRequest | undefined
    const hooks = {
      '@acme/sso': (options: {request: IdentityRequest}) => {
        given = options.request
        return provider
      },
    }
    await requireUsable('@acme/sso', request, asking(hooks, [plugin('@acme/sso')]))
    assert.deepEqual(given, {bin: 'superset', profile: 'work', secrets: {}})
  })

  it('says that nothing was changed when a plugin cannot be chosen', async () => {
    await assert.rejects(requireUsable('@acme/gone', request, asking({}, [])), {
      code: 'IDENTITY_MISSING',
      exit: 78,
      message: /it is not installed\. Nothing was changed\.$/,
    })
  })
})
