import assert from 'node:assert/strict'
import {withoutBundledAuth, authCommandsOf, commandIn, concernsAuthCommands} from '../../../src/identity/arrange.ts'
import type {LoadedPlugin} from '../../../src/identity/plugin.ts'

const BUNDLED = '@superset/plugin-auth'
const HOOKS = {'superset:identity': [{target: './hook.js', identifier: 'default'}]}

function plugin(name: string, more: Partial<LoadedPlugin> & {superset?: unknown} = {}): LoadedPlugin {
  const {superset, ...rest} = more
  return {
    ...{name, root: `/${name}`, type: 'user', isRoot: false, hooks: HOOKS},
    commands: [{id: 'auth:login'}],
    pjson: {oclif: superset === undefined ? {} : {superset}},
    ...rest,
  }
}

const own = {superset: {bringsAuthCommands: true}}
const root = plugin('superset', {isRoot: true, type: 'core'})
const bundled = plugin(BUNDLED, {type: 'core'})
const stranger = plugin('@acme/stranger', own)

function arranged(chosen: string, ...more: LoadedPlugin[]): string[] {
  const plugins = new Map([root, stranger, ...more, bundled].map((one) => [one.name, one]))
  return [...withoutBundledAuth(plugins, chosen).keys()]
}

const ALL = ['superset', '@acme/stranger', '@acme/sso', BUNDLED]

describe('whose auth commands a run has', () => {
  it('are those of the chosen plugin, when it brings its own: before any other, and the bundled plugin is left out', () => {
    assert.deepEqual(arranged('@acme/sso', plugin('@acme/sso', own)), ['superset', '@acme/sso', '@acme/stranger'])
  })

  for (const [what, chosen, more] of [
    ['the default is chosen', BUNDLED, own],
    ['the chosen plugin brings none', '@acme/sso', {}],
    ['the chosen plugin declares something else', '@acme/sso', {superset: {bringsAuthCommands: 'yes'}}],
    ['the chosen plugin has no hook', '@acme/sso', {...own, hooks: {}}],
    ['the chosen plugin has no way to sign in', '@acme/sso', {...own, commands: [{id: 'auth:logout'}]}],
  ] as const) {
    it(`are the bundled ones when ${what}`, () => {
      assert.deepEqual(arranged(chosen, plugin('@acme/sso', more)), ALL)
    })
  }

  it('are the bundled ones when the chosen plugin is not there', () => {
    assert.deepEqual(arranged('@acme/gone', plugin('@acme/sso', own)), ALL)
  })

  it('are told with the reason why a declaration does not count', () => {
    assert.deepEqual(authCommandsOf(plugin('@acme/sso', {...own, hooks: {}})), {
      own: false,
      fault: 'it has no hook superset:identity',
    })
    assert.match(authCommandsOf(plugin('@acme/sso', {...own, commands: []})).fault ?? '', /no `auth login`/)
    assert.deepEqual(authCommandsOf(plugin(BUNDLED, own)), {own: false})
  })

  for (const line of ['', '--help', '-h', 'auth', 'auth login', 'auth:login', 'help auth', 'autocomplete', 'plugins'])
    it(`matter to \`superset ${line}\``, () => assert.ok(concernsAuthCommands(line === '' ? [] : line.split(' '))))

  for (const line of ['tasks list', 'authors list', 'doctor', 'identity reset', 'acme --profile auth'])
    it(`do not matter to \`superset ${line}\``, () => assert.ok(!concernsAuthCommands(line.split(' '))))

  for (const [line, id] of [
    ['auth login', 'auth:login'],
    ['auth:login --x', 'auth:login'],
    ['auth login now --x', 'auth:login'],
    ['auth', undefined],
    ['auth --x login', undefined],
    ['auth logout', undefined],
  ] as const) {
    it(`\`${line}\` names ${id ?? 'none of its commands'}`, () => {
      assert.equal(commandIn(plugin('@acme/sso'), line.split(' '))?.id, id)
    })
  }
})
