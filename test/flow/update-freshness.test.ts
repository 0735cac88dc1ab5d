import assert from 'node:assert/strict'
import {chown, readdir} from 'node:fs/promises'
import type {Policy} from '../../src/policy/policy.ts'
import {listAvailableReleases} from '../../src/update/available.ts'
import {CHANNEL, exactly, following, InstalledRoot} from '../support/installed-root.ts'
import {skip} from '../support/skip.ts'
import {ReleaseHost} from '../support/update-host.ts'

describe('an update to what is current', () => {
  let host: ReleaseHost
  let root: InstalledRoot
  beforeEach(async () => {
    host = await ReleaseHost.start()
    root = await InstalledRoot.create([{version: '1.0.0'}])
  })
  afterEach(async () => {
    await host[Symbol.asyncDispose]()
    await root[Symbol.asyncDispose]()
  })

  it('refuses an older pointer than it has seen, though its version is the one in use', async () => {
    host.publish({version: '1.1.0'})
    const pointer = 'channels/stable/linux-x64.json'
    const older = host.files.get(pointer)
    host.publish({version: '1.1.0'})
    await root.update(host)
    assert.ok(older)
    host.files.set(pointer, older)
    const {code, exit} = await root.refusal(host, CHANNEL, {running: '1.1.0'})
    assert.deepEqual([code, exit], ['UPDATE_REPLAYED', 1])
    // Also when it was seen and led to nothing.
    host.publish({version: '1.1.0'})
    const newer = host.files.get(pointer)
    host.publish({version: '1.1.0'})
    assert.equal((await root.update(host, CHANNEL, {running: '1.1.0'})).changed, false)
    assert.ok(newer)
    host.files.set(pointer, newer)
    assert.equal((await root.refusal(host, CHANNEL, {running: '1.1.0'})).code, 'UPDATE_REPLAYED')
    // A version that was named needs no pointer.
    assert.equal((await root.update(host, exactly('1.1.0', true))).to, '1.1.0')
  })

  it('refuses an older or expired list of versions', async () => {
    const list = () =>
      listAvailableReleases(
        root.updating(host).settings(),
        root.updating(host).installation,
        'linux-x64',
        root.updating(host),
      )
    host.list(['1.0.0'])
    const older = host.files.get('versions/linux-x64.json')
    host.list(['1.0.0', '1.1.0'])
    assert.equal((await list()).length, 2)
    assert.ok(older)
    host.files.set('versions/linux-x64.json', older)
    await assert.rejects(list, {code: 'UPDATE_REPLAYED', exit: 1})
    host.expiresAt = '2026-01-01T00:00:00Z'
    host.list(['1.0.0', '1.1.0'])
    await assert.rejects(list, {code: 'UPDATE_EXPIRED', exit: 1})
  })

  it('row 107: changes nothing as root where the installation is of another user, and lists what there is', async function () {
    if (process.geteuid?.() !== 0) skip(this, 'only root can write there')
    host.publish({version: '1.1.0'})
    host.list(['1.0.0', '1.1.0'])
    const before = await root.tree()
    await chown(root.path, 65_534, 65_534)
    for (const asked of [CHANNEL, exactly('1.1.0'), following('stable')])
      assert.equal((await root.refusal(host, asked)).code, 'STORE_FOREIGN_HOME')
    const {installation, settings, ...asking} = root.updating(host)
    assert.equal((await listAvailableReleases(settings(), installation, 'linux-x64', asking)).length, 2)
    host.publish({version: '1.0.0'})
    assert.equal((await root.update(host)).changed, false)
    assert.deepEqual(await readdir(root.path), ['current', 'versions'])
    assert.deepEqual(await root.tree(), before)
  })

  it('goes to no version before the one that the policy demands', async () => {
    host.publish({version: '1.1.0'})
    const policy: Policy = {file: '/etc/superset/policy.json', update: {minimum: '1.2.0'}}
    for (const asked of [CHANNEL, exactly('1.1.0')])
      assert.equal((await root.refusal(host, asked, {policy})).code, 'POLICY_REFUSED')
    host.publish({version: '1.2.0'})
    assert.equal((await root.update(host, CHANNEL, {policy})).to, '1.2.0')
    assert.equal((await root.refusal(host, {by: 'rollback'}, {policy, running: '1.2.0'})).code, 'POLICY_REFUSED')
  })
})
