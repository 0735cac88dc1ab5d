import assert from 'node:assert/strict'
import {Config} from '@oclif/core'
import path from 'node:path'
import {readFolder} from '../../../src/env.ts'
import type {ListedPlugin} from '../../../src/plugins/plugin-list.ts'
import {
  installCommandFor,
  findListed,
  fullName,
  isPackageName,
  kindOfAddress,
  parsePackageSpec,
} from '../../../src/plugins/package-spec.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const CWD = '/home/ada'

describe('what `plugins install` is asked for', () => {
  const cases: ReadonlyArray<readonly [string, object]> = [
    ['hello', {type: 'npm', name: '@superset/plugin-hello', tag: 'latest', friendly: 'hello'}],
    ['hello@1.2.3', {type: 'npm', name: '@superset/plugin-hello', tag: '1.2.3', friendly: 'hello'}],
    ['npm:hello', {type: 'npm', name: 'hello', tag: 'latest'}],
    ['npm:@acme/hello@beta', {type: 'npm', name: '@acme/hello', tag: 'beta'}],
    ['@acme/hello', {type: 'npm', name: '@acme/hello', tag: 'latest'}],
    ['@acme/hello@^1', {type: 'npm', name: '@acme/hello', tag: '^1'}],
    ['@acme/hello@npm:other', {type: 'npm', name: '@acme/hello', tag: 'npm:other'}],
    ['acme/hello', {type: 'address', address: 'github:acme/hello'}],
    ['https://acme.example/hello.tgz', {type: 'address', address: 'https://acme.example/hello.tgz'}],
    ['git+ssh://git@acme.example/hello.git', {type: 'address', address: 'git+ssh://git@acme.example/hello.git'}],
    ['./hello', {type: 'address', address: 'file:/home/ada/hello'}],
    ['../hello.tgz', {type: 'address', address: 'file:/home/hello.tgz'}],
    ['hello.tgz', {type: 'address', address: 'file:/home/ada/hello.tgz'}],
    ['/tmp/hello', {type: 'address', address: 'file:/tmp/hello'}],
    ['file:///tmp/hello', {type: 'address', address: 'file:/tmp/hello'}],
    ['acme.tar.gz', {type: 'address', address: 'file:/home/ada/acme.tar.gz'}],
    ['npm:hello@', {type: 'npm', name: 'hello', tag: 'latest'}],
    ['-g', {type: 'npm', name: '@superset/plugin--g', tag: 'latest', friendly: '-g'}],
    ['file:hello', {type: 'address', address: 'file:/home/ada/hello'}],
  ]
  for (const [argument, wanted] of cases) {
    it(`${argument} is ${JSON.stringify(wanted)}`, () => {
      assert.deepEqual(parsePackageSpec(argument, CWD), wanted)
    })
  }

  it('is a name that a registry could have, and no option of npm', () => {
    for (const name of ['@acme/hello', 'hello', 'a.b-c_d']) assert.ok(isPackageName(name), name)
    for (const name of [
      '--registry=x',
      '-g',
      '',
      '.',
      '../x',
      '@acme',
      '@acme/',
      'a b',
      'Hello',
      'x:y',
      'x'.repeat(215),
    ])
      assert.ok(!isPackageName(name), name)
  })

  it('may be a short name where something is taken away', () => {
    assert.deepEqual(['hello', '@acme/x', 'npm:x'].map(fullName), ['@superset/plugin-hello', '@acme/x', 'x'])
  })

  it('is told again as what it was, so that it means the same', () => {
    const cases: ReadonlyArray<readonly [ListedPlugin, string]> = [
      [{name: '@acme/x', type: 'user', tag: 'latest'}, 'plugins install @acme/x'],
      [{name: 'x', type: 'user', tag: '1.2.3'}, 'plugins install npm:x@1.2.3'],
      [{name: 'x', type: 'user', url: 'file:/a b/x.tgz'}, "plugins install 'file:/a b/x.tgz'"],
      [{name: 'x', type: 'link', root: '/home/ada/x'}, 'plugins link /home/ada/x'],
    ]
    for (const [listed, line] of cases) assert.equal(installCommandFor(listed), line)
    const kinds = ['file:/a/x.tgz', 'file:/a/x', 'https://acme.example/x.tgz', 'git+https://acme.example/x.git']
    assert.deepEqual(kinds.map(kindOfAddress), ['tarball', 'folder', 'address', 'address'])
  })

  it('is found among what is installed by its name, its short name, with a version, or by its folder', () => {
    const listed: readonly ListedPlugin[] = [
      {name: 'hello', type: 'user'},
      {name: '@superset/plugin-hello', type: 'user'},
      {name: '@acme/x', type: 'link', root: '/home/ada/x'},
    ]
    const found = (typed: string) => findListed(typed, listed, path.resolve(CWD, typed))?.name
    const all = ['hello', 'npm:hello', '@superset/plugin-hello@1.0.0', '@acme/x', 'x', '/home/ada/x', 'nope']
    assert.deepEqual(all.map(found), [
      ...['hello', 'hello', '@superset/plugin-hello', '@acme/x', '@acme/x', '@acme/x'],
      undefined,
    ])
  })

  it('lands in the folders that oclif reads', async () => {
    const saved = {...process.env}
    try {
      const xdg = {XDG_CACHE_HOME: '/tmp/cache', XDG_DATA_HOME: '/tmp/data'}
      const own = {SUPERSET_CACHE_DIR: '/tmp/own-cache', SUPERSET_DATA_DIR: '/tmp/own'}
      for (const places of [{}, xdg, own, {HOME: '/tmp/home'}]) {
        for (const name of [...Object.keys({...xdg, ...own}), 'HOME']) Reflect.deleteProperty(process.env, name)
        Object.assign(process.env, places)
        const {cacheDir, dataDir} = await Config.load({root: ROOT, userPlugins: false})
        assert.deepEqual([readFolder('cache'), readFolder('data')], [cacheDir, dataDir], JSON.stringify(places))
      }
    } finally {
      Object.assign(process.env, saved)
    }
  })
})
