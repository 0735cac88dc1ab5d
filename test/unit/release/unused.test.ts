import assert from 'node:assert/strict'
import path from 'node:path'
import {STOOD_IN as LEFT_OUT, unusedPackages} from '../../../release/plan/unused.ts'
import {readLock, readManifest} from '../../../release/steps/source.ts'
import {stagedLock} from '../../../release/plan/manifest.ts'
import {STOOD_IN} from '../../../src/update/stand-ins.ts'

describe('the packages that an archive leaves out', () => {
  const root = path.resolve(import.meta.dirname, '../../..')
  const unused = unusedPackages(
    stagedLock(readManifest(root), readLock(root), ['packages/identity', 'packages/plugin-auth']).lock,
  )

  it('are what the CLI puts something in the place of, with what these alone need', () => {
    assert.deepEqual(LEFT_OUT['@oclif/plugin-update'], STOOD_IN)
    for (const name of [...STOOD_IN, 'ink', 'react', 'tar-stream', 'pac-proxy-agent', 'keyv', 'yarn'])
      assert.ok(unused.has(`node_modules/${name}`), name)
  })

  it('are none that anything else leads to, from wherever it is found', () => {
    for (const name of ['@oclif/plugin-update', '@inquirer/select', 'ansis', 'debug', 'semver', 'npm', 'tar'])
      assert.ok(!unused.has(`node_modules/${name}`), name)
    const packages = {
      '': {dependencies: {'@oclif/plugin-update': '1', a: '1'}},
      'packages/one': {dependencies: {c: '1'}},
      'node_modules/@oclif/plugin-update': {dependencies: {got: '1', b: '1'}},
      'node_modules/got': {dependencies: {b: '1', only: '1'}},
      'node_modules/only': {},
      'node_modules/b': {},
      'node_modules/a': {dependencies: {b: '1'}, peerDependencies: {peer: '1'}},
      'node_modules/a/node_modules/b': {dependencies: {c: '1'}},
      'node_modules/c': {},
      'node_modules/peer': {},
      'packages/one/node_modules/c': {},
    }
    assert.deepEqual([...unusedPackages({packages})].toSorted(), ['node_modules/got', 'node_modules/only'])
  })
})
