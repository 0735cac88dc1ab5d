import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, stat, utimes, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {smallDisk} from '../../packages/plugin-auth/test/support/small-disk.ts'
import type {Policy} from '../../src/policy/policy.ts'
import {listAvailableReleases} from '../../src/update/available.ts'
import {lock} from '../../src/update/lock.ts'
import {channelFor} from '../../src/update/update.ts'
import {CHANNEL, exactly, following, InstalledRoot} from '../support/installed-root.ts'
import {archiveOf, releaseParts} from '../support/update-archive.ts'
import {envelope, ReleaseHost} from '../support/update-host.ts'
import {skip} from '../support/skip.ts'

describe('updating an installation', () => {
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

  it('brings what the channel offers, and the next start runs it', async () => {
    host.publish({version: '1.1.0', files: 20})
    assert.deepEqual(await root.update(host), {from: '1.0.0', to: '1.1.0', changed: true, source: 'download'})
    assert.deepEqual([await root.says(), await root.current()], ['superset/1.1.0', 'versions/1.1.0'])
    assert.deepEqual(await root.versions(), ['1.0.0', '1.1.0'], 'and nothing unfinished')
    const launcher = await stat(path.join(root.path, 'versions/1.1.0/bin/superset'))
    assert.equal(launcher.mode & 0o777, 0o755 & ~process.umask())
  })

  it('does nothing when there is nothing newer, and downloads nothing', async () => {
    host.publish({version: '1.0.0'})
    assert.deepEqual(await root.update(host), {from: '1.0.0', to: '1.0.0', changed: false})
    assert.deepEqual(host.asked, ['channels/stable/linux-x64.json'])
  })

  it('goes back to the version before without the network, and to no version that is not there', async () => {
    host.publish({version: '1.1.0'})
    await root.update(host)
    host.asked.length = 0
    const back = await root.update(host, {by: 'rollback'}, {running: '1.1.0'})
    assert.deepEqual(back, {from: '1.1.0', to: '1.0.0', changed: true, source: 'disk'})
    assert.equal(await root.says(), 'superset/1.0.0')
    assert.deepEqual(host.asked, [])
    assert.equal((await root.refusal(host, {by: 'rollback'})).code, 'UPDATE_NO_EARLIER')
  })

  it('takes exactly the version that was named: 1.1.1 is not 1.1.10', async () => {
    for (const version of ['1.1.10', '1.1.1']) host.publish({version})
    await root.update(host, exactly('1.1.10'))
    assert.equal(await root.says(), 'superset/1.1.10')
    await root.update(host, exactly('1.1.1'))
    assert.equal(await root.says(), 'superset/1.1.1')
    assert.equal((await root.refusal(host, exactly('1.1.2'))).code, 'UPDATE_NO_VERSION')
    assert.equal((await root.refusal(host, exactly('1.1'))).code, 'UPDATE_NO_VERSION')
  })

  it('downloads a version anew when forced, beside the damaged one, and uses the new one from then on', async () => {
    host.publish({version: '1.0.0', files: 3})
    await root.update(host, exactly('1.0.0', true))
    assert.deepEqual([await root.current(), await root.says()], ['versions/1.0.0+1', 'superset/1.0.0'])
    assert.equal((await root.update(host, exactly('1.0.0'))).changed, false)
    await root.update(host, exactly('1.0.0', true))
    assert.equal(await root.current(), 'versions/1.0.0+2')
  })

  it('refuses what is older than what runs, unless it is named', async () => {
    host.publish({version: '0.9.0'})
    const {code, exit, suggestions} = await root.refusal(host)
    assert.deepEqual([code, exit], ['UPDATE_OLDER', 1])
    assert.match(suggestions.join(), /superset update --version 0\.9\.0/)
    await root.update(host, exactly('0.9.0'))
    assert.equal(await root.says(), 'superset/0.9.0')
  })

  it('refuses what is older than what another update has installed meanwhile', async () => {
    host.publish({version: '1.2.0'})
    await root.update(host)
    host.publish({version: '1.1.0'})
    assert.equal((await root.refusal(host, CHANNEL, {running: '1.0.0'})).code, 'UPDATE_OLDER')
    assert.equal(await root.says(), 'superset/1.2.0')
  })

  it('accepts either of its two keys, so that keys can be changed', async () => {
    const {payload} = host.publish({version: '1.1.0'})
    host.put('channels/stable/linux-x64.json', {...payload, kind: 'channel'}, [host.nextKey])
    assert.equal((await root.update(host)).to, '1.1.0')
  })

  it('follows the channel that was chosen last', async () => {
    host.publish({version: '1.1.0-beta.1', channel: 'beta'})
    host.publish({version: '1.1.0'})
    const updating = root.updating(host)
    assert.equal(await channelFor(undefined, updating), 'stable')
    await root.update(host, following('beta'))
    assert.equal(await channelFor(undefined, updating), 'beta')
    await root.update(host, following('stable'))
    assert.equal(await channelFor(undefined, updating), 'stable')
    assert.equal((await root.refusal(host, following('nightly'))).code, 'UPDATE_NO_CHANNEL')
  })

  it('lists what there is, newest first, and what of it is here', async () => {
    host.list(['1.0.0', '1.10.0', '1.9.0'])
    const {installation, settings} = root.updating(host)
    const found = await listAvailableReleases(settings(), installation, 'linux-x64', root.updating(host))
    assert.deepEqual(
      found.map(({current, installed, version}) => [version, installed, current]),
      [
        ['1.10.0', false, false],
        ['1.9.0', false, false],
        ['1.0.0', true, true],
      ],
    )
  })

  it('does not switch to a version that does not start here', async () => {
    for (const [first, why] of [
      ['exit 3', /exit 3/],
      ['exec sleep 60', /took too long/],
      ['echo superset/9.9.9; exit 0', /another version/],
    ] as const) {
      host.publish({version: '1.1.0', first})
      const {code, message} = await root.refusal(host, CHANNEL, {deadlineMs: 500})
      assert.equal(code, 'UPDATE_DOES_NOT_START')
      assert.match(message, why)
      assert.deepEqual([await root.versions(), await root.says()], [['1.0.0'], 'superset/1.0.0'])
    }
  })

  it('keeps two others and what is young, and removes the rest', async () => {
    const old = new Date(Date.now() - 15 * 86_400_000)
    for (const version of ['0.5.0', '0.6.0', '0.7.0', '0.8.0', '0.9.0']) {
      await root.add({version})
      if (version !== '0.6.0') await utimes(path.join(root.path, 'versions', version), old, old)
    }

    host.publish({version: '1.1.0'})
    await root.update(host)
    assert.deepEqual(await root.versions(), ['0.6.0', '0.8.0', '0.9.0', '1.0.0', '1.1.0'])
  })

  it('a command that runs across an update finds its own files to the end', async () => {
    host.publish({version: '1.1.0'})
    const command = spawn(root.launcher, ['work'], {stdio: ['pipe', 'pipe', 'inherit']})
    let said = ''
    command.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    await once(command.stdout, 'data')
    await root.update(host)
    assert.equal(await root.says(), 'superset/1.1.0')
    command.stdin.end()
    assert.deepEqual(await once(command, 'close'), [0, null])
    assert.equal(said, 'started\n1.0.0 late\n')
  })

  it('two at once: one works, the other waits and finds it done; both succeed', async () => {
    host.publish({version: '1.1.0', files: 50})
    const both = await Promise.all([root.update(host), root.update(host)])
    assert.deepEqual(both.map(({changed, to}) => `${to} ${changed}`).toSorted(), ['1.1.0 false', '1.1.0 true'])
    assert.equal(host.asked.filter((name) => name.endsWith('.tar.gz')).length, 1)
    assert.deepEqual(await root.versions(), ['1.0.0', '1.1.0'])
    assert.deepEqual(root.tells, ['Another update is under way; waiting for it to end.'])
  })

  it('says so when another one takes too long', async () => {
    host.publish({version: '1.1.0'})
    const {signal} = new AbortController()
    using _held = await lock(root.path, {signal, waiting: () => {}, waitMs: 0})
    const {code, exit} = await root.refusal(host, CHANNEL, {waitMs: 10})
    assert.deepEqual([code, exit], ['UPDATE_BUSY', 75])
  })

  it('sweeps what a killed update left, also when there is nothing to install', async () => {
    await mkdir(path.join(root.path, 'versions/.1.1.0-0123456789ab/app'), {recursive: true})
    await writeFile(path.join(root.path, 'versions/.1.1.0-ba9876543210'), 'half an archive')
    await writeFile(path.join(root.path, '.current-0123456789ab'), '')
    await writeFile(path.join(root.path, '.somebody-elses'), '')
    // The install script's own draft, which it sweeps itself.
    await mkdir(path.join(root.path, 'versions/.install-4711'))
    host.publish({version: '1.0.0'})
    await root.update(host)
    assert.deepEqual(await root.versions(), ['.install-4711', '1.0.0'])
    assert.deepEqual(
      (await root.tree()).filter((name) => name.startsWith('.')),
      ['.somebody-elses'],
    )
  })

  it('ends at once and leaves nothing when the person stops it', async () => {
    const {archive} = host.publish({version: '1.1.0'})
    const controller = new AbortController()
    host.answers.set(archive, (_request, response) => {
      response.writeHead(200).write('x')
      controller.abort()
    })
    await assert.rejects(root.update(host, CHANNEL, {signal: controller.signal}), {name: 'AbortError'})
    assert.deepEqual([await root.versions(), await root.says()], [['1.0.0'], 'superset/1.0.0'])
  })

  describe('a policy', () => {
    const policy = (rules: NonNullable<Policy['update']>): Policy => ({
      file: '/etc/superset/policy.json',
      update: rules,
    })

    it('that allows no updates: refused before any network, going back too', async () => {
      for (const asked of [CHANNEL, exactly('1.1.0'), {by: 'rollback'} as const]) {
        const {code, exit, message} = await root.refusal(host, asked, {policy: policy({enabled: false})})
        assert.deepEqual([code, exit], ['POLICY_REFUSED', 77])
        assert.match(message, /policy \/etc\/superset\/policy\.json: update\.enabled/)
      }

      assert.deepEqual(host.asked, [])
    })

    it('that pins a channel: that one is followed, and a version of another is refused', async () => {
      host.publish({version: '1.1.0', channel: 'beta'})
      const options = {policy: policy({channel: 'lts'})}
      assert.equal(await channelFor(undefined, root.updating(host, options)), 'lts')
      await assert.rejects(channelFor('beta', root.updating(host, options)), {code: 'POLICY_REFUSED', exit: 77})
      assert.equal((await root.refusal(host, exactly('1.1.0'), options)).code, 'POLICY_REFUSED')
      assert.ok(!host.asked.some((name) => name.endsWith('.tar.gz')))
    })

    it('that names a host: no other is asked', async () => {
      await using mirror = await ReleaseHost.start()
      const {payload, archive} = host.publish({version: '1.1.0'})
      mirror.files.set(
        'channels/stable/linux-x64.json',
        Buffer.from(envelope({...payload, kind: 'channel'}, [host.key])),
      )
      mirror.files.set(archive, archiveOf(releaseParts({version: '1.1.0'})))
      assert.equal((await root.update(host, CHANNEL, {policy: policy({host: mirror.url})})).to, '1.1.0')
      assert.deepEqual(host.asked, [])
    })
  })

  describe('a disk of its own', () => {
    it('that is full: 74, the old version stays, nothing is left', async function () {
      const disk = smallDisk(512)
      if (typeof disk === 'string') skip(this, disk)
      try {
        await using small = await InstalledRoot.create([{version: '1.0.0'}], disk.root)
        const before = await small.tree()
        // Each of the two does not fit: the archive itself, and what is in it.
        const text = [...Array(200_000).keys()].join()
        const big = [...releaseParts({version: '1.1.0'}), {path: 'superset/app/big', text}]
        host.publish({version: '1.1.0', parts: big})
        for (const parts of [
          big,
          [...releaseParts({version: '1.1.0'}), {path: 'superset/big', text: 'x'.repeat(900_000)}],
        ]) {
          host.publish({version: '1.1.0', parts})
          const {code, exit, suggestions} = await small.refusal(host)
          assert.deepEqual([code, exit], ['UPDATE_DISK_FULL', 74])
          assert.match(suggestions.join(), /Free about/)
          assert.deepEqual([await small.tree(), await small.says()], [before, 'superset/1.0.0'])
        }
      } finally {
        disk[Symbol.dispose]()
      }
    })

    it('that is read-only: 74 where there is something newer, 0 where there is not', async function () {
      const disk = smallDisk(512)
      if (typeof disk === 'string') skip(this, disk)
      try {
        await using small = await InstalledRoot.create([{version: '1.0.0'}], disk.root)
        disk.setReadOnly(true)
        try {
          host.publish({version: '1.1.0'})
          const {code, exit, message} = await small.refusal(host)
          assert.deepEqual([code, exit], ['UPDATE_NOT_WRITABLE', 74])
          assert.match(message, /read-only/)
          host.publish({version: '1.0.0'})
          assert.equal((await small.update(host)).changed, false)
        } finally {
          disk.setReadOnly(false)
        }
      } finally {
        disk[Symbol.dispose]()
      }
    })
  })

  it('a host that is not there is worth another try', async () => {
    host.publish({version: '1.1.0'})
    host.answers.set('channels/stable/linux-x64.json', (_request, response) => void response.destroy())
    const {code, exit, retryable} = await root.refusal(host)
    assert.deepEqual([code, exit, retryable], ['UPDATE_NETWORK', 75, true])
  })
})
