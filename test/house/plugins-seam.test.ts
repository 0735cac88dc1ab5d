import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {ANSWERS, KEPT, pluginCommand, theirClasses} from '../../src/plugins/gated-commands.ts'

const root = path.dirname(path.dirname(import.meta.dirname))
const PACKAGE = '@oclif/plugin-plugins'
interface Read {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly packages: Readonly<Record<string, object>>
  readonly oclif: {readonly plugins: readonly string[]}
  readonly commands: Readonly<Record<string, Entry>>
}
interface Entry {
  readonly pluginName?: string
  readonly aliases: readonly string[]
  readonly args: object
  readonly flags: object
}
const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Read

describe('plugin-plugins below our commands', () => {
  const ours = read('oclif.manifest.json').commands
  const theirs = read(`node_modules/${PACKAGE}/oclif.manifest.json`)

  it('is pinned, a plugin of the CLI, and there once', () => {
    const {dependencies, oclif} = read('package.json')
    assert.equal(dependencies[PACKAGE], theirs.version)
    assert.ok(oclif.plugins.includes(PACKAGE))
    for (const name of [PACKAGE, 'npm', 'npm-package-arg']) {
      const places = Object.keys(read('package-lock.json').packages).filter((one) =>
        one.endsWith(`node_modules/${name}`),
      )
      const own = places.filter((one) => !one.startsWith('node_modules/npm/'))
      assert.deepEqual(own, [`node_modules/${name}`])
    }
  })

  for (const [id, {aliases, args, flags}] of Object.entries(theirs.commands)) {
    it(`${id} is answered by ours, with all that it takes`, async () => {
      const own = ours[id]
      assert.equal(own?.pluginName, 'superset')
      assert.deepEqual(own.aliases, aliases)
      assert.deepEqual(Object.keys(own.args), Object.keys(args))
      // Plugins that a CLI lists and brings when a command of theirs is called: there is no such list.
      for (const name of Object.keys(flags)) if (name !== 'jit') assert.ok(name in own.flags, name)
      const {commands} = (await import(PACKAGE)) as {commands: Record<string, {prototype: {run: unknown}}>}
      const file = id === 'plugins' ? 'plugins' : id.replace(':', '/')
      const {default: Ours} = (await import(path.join(root, `src/commands/${file}.ts`))) as {
        default: {prototype: object}
      }
      assert.equal(Object.getPrototypeOf(Ours), commands[id], 'ours extends theirs')
    })
  }

  it('has every method that is answered, and every other refuses', () => {
    pluginCommand('plugins')
    let refused = 0
    for (const [file, {prototype}] of theirClasses()) {
      const names = Object.getOwnPropertyNames(prototype)
      const answers: Readonly<Record<string, unknown>> = ANSWERS[file]
      for (const name of Object.keys(answers)) assert.ok(names.includes(name), `${file} has no ${name}`)
      for (const name of names.filter((one) => !KEPT.has(one))) {
        const value: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value
        assert.equal(typeof value, 'function', `${file} ${name}`)
        if (value === answers[name]) continue
        refused += 1
        assert.throws(() => Reflect.apply(value as () => unknown, {}, []), /another way than through the gate/, name)
      }
    }

    assert.ok(refused > 15, `${refused} refuse`)
  })

  it('does nothing that our command did not pass to it', async () => {
    const [[, {prototype}]] = theirClasses() as [readonly [string, {prototype: Record<string, unknown>}]]
    const plugins = {config: {dataDir: '/nowhere', plugins: new Map()}, logLevel: 'silent'}
    for (const name of ['install', 'link', 'uninstall', 'update'])
      await assert.rejects(
        async () => Reflect.apply(prototype[name] as () => unknown, plugins, ['x']) as unknown,
        /another way than through the gate/,
        name,
      )
  })
})

describe('the packages that the project is built on', () => {
  /** Each is imported in the folder where its job is; types alone do not count. */
  const JOBS: ReadonlyArray<readonly [string, string]> = [
    ['@oclif/core', 'src'],
    [PACKAGE, 'src/plugins'],
    ['@oclif/plugin-update', 'src/update'],
    ['openid-client', 'packages/plugin-auth/src'],
    ['cross-keychain', 'packages/plugin-auth/src/keychain'],
    ['nock', 'test/unit'],
    ['mocha', 'test/runner'],
  ]
  // @sigstore/mock brings a nock of an older major, for its own stand-in of Sigstore.
  const lock = Object.keys(read('package-lock.json').packages).filter((one) => !one.includes('/@sigstore/mock/'))
  it('ask with one @inquirer, and reach keychains with one @napi-rs/keyring', () => {
    for (const [name, scope] of [
      ['@inquirer/core', /\/@inquirer\/[^/]+$/],
      ['@napi-rs/keyring', /\/@napi-rs\/keyring$/],
    ] as const) {
      const places = lock.filter((place) => scope.test(place))
      assert.ok(places.includes(`node_modules/${name}`))
      assert.deepEqual(
        places.filter((place) => place.split('node_modules/').length > 2),
        [],
      )
    }
  })

  for (const [name, folder] of JOBS) {
    it(`${name} does its part in ${folder}, and is there once`, () => {
      const places = lock.filter((place) => place.endsWith(`node_modules/${name}`))
      assert.deepEqual(places, [`node_modules/${name}`])
      const imported = new RegExp(
        `^import (?!type\\b)[^'\\n]* from '${name}'|\\bimport\\('${name}'\\)|'node_modules/${name}/bin/`,
        'm',
      )
      const files = globSync('**/*.ts', {cwd: path.join(root, folder)})
      assert.ok(files.some((file) => imported.test(readFileSync(path.join(root, folder, file), 'utf8'))))
    })
  }
})
