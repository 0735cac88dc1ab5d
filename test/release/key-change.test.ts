import assert from 'node:assert/strict'
import {readdirSync, readlinkSync} from 'node:fs'
import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {buildRelease} from '../../release/build.ts'
import {makeKeyPair} from '../../release/steps/keys.ts'
import {KEYS} from '../support/packing.ts'
import {runProgram} from '../support/program.ts'
import {ReleaseHost} from '../support/release-host.ts'
import {assertSucceeded} from '../support/signed-in.ts'

describe('a superset that the install script set up', () => {
  let base: string
  let host: ReleaseHost
  before(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'update-'))
    host = await ReleaseHost.start()
    host.folder = path.join(base, 'www')
  })
  after(async () => {
    await host[Symbol.asyncDispose]()
    await rm(base, {recursive: true, force: true})
  })

  it('updates across a change of keys, and refuses a stranger', async () => {
    const home = path.join(base, 'home')
    await mkdir(home)
    const root = path.join(home, '.local/share/superset-cli')
    const env = {HOME: home, PATH: '/usr/bin:/bin'}
    const superset = (...args: string[]) => runProgram(path.join(home, '.local/bin/superset'), args, {env})
    const current = () => readlinkSync(path.join(root, 'current'))
    const next = makeKeyPair()
    const release = {channel: 'stable', out: host.folder, host: host.url, trusted: [KEYS.privateKey, next.privateKey]}

    await buildRelease({...release, version: '1.0.0', keys: [KEYS.privateKey]})
    assertSucceeded(await runProgram('/bin/sh', [path.join(host.folder, 'install.sh')], {env}))

    // Signed by the key that was only the next one when 1.0.0 was made.
    await buildRelease({...release, version: '1.1.0', keys: [next.privateKey]})
    assertSucceeded(await superset('update'))
    assert.equal(current(), 'versions/1.1.0')

    await rm(host.folder, {recursive: true})
    const stranger = makeKeyPair().privateKey
    await buildRelease({...release, version: '9.0.0', keys: [stranger], trusted: [stranger]})
    const refused = await superset('update')
    assert.equal(refused.code, 1, refused.stdout + refused.stderr)
    assert.equal(current(), 'versions/1.1.0')
    assert.deepEqual(readdirSync(path.join(root, 'versions')).toSorted(), ['1.0.0', '1.1.0'])
  })
})
