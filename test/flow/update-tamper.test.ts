import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {access} from 'node:fs/promises'
import path from 'node:path'
import {gunzipSync, gzipSync} from 'node:zlib'
import {listAvailableReleases} from '../../src/update/available.ts'
import {updateSettings} from '../../src/update/settings.ts'
import {CHANNEL, InstalledRoot} from '../support/installed-root.ts'
import {PLATFORM, ReleaseHost} from '../support/update-host.ts'
import {contents, downloads} from './archive-attacks.ts'
import {ARCHIVE, edit, INDEX, type Payload, POINTER, type Stage} from './attack.ts'
import {envelopes, slips, swaps} from './signed-file-attacks.ts'

describe('an attacked update', () => {
  let stage: Stage
  let root: InstalledRoot
  let before: string[]
  beforeEach(async () => {
    const host = await ReleaseHost.start()
    const {payload} = host.publish({version: '1.1.0', files: 20})
    stage = {host, payload: {...payload, kind: 'channel'} as unknown as Payload, archive: host.files.get(ARCHIVE)!}
    root = await InstalledRoot.create([{version: '1.0.0'}])
    before = await root.tree()
  })
  afterEach(async () => {
    await stage.host[Symbol.asyncDispose]()
    await root[Symbol.asyncDispose]()
  })

  async function assertUntouched(): Promise<void> {
    assert.deepEqual(await root.tree(), before, 'nothing is left')
    assert.equal(await root.says(), 'superset/1.0.0')
  }

  it('is an update when nobody attacks it', async () => {
    assert.equal((await root.update(stage.host)).to, '1.1.0')
  })

  for (const [title, attacks, mayDownload] of [
    ['the signed file', envelopes, false],
    ['one signed file for another', swaps, false],
    ['a slip of whoever signs', slips, false],
    ['the archive', downloads, true],
  ] as const) {
    for (const {asked = CHANNEL, attack, code, exit = 1, limits, message = /./, name} of attacks) {
      it(`${title}: ${name}: refused with ${exit}`, async () => {
        attack(stage)
        const problem = await root.refusal(stage.host, asked, limits && {limits})
        assert.deepEqual([problem.code, problem.exit], [code, exit], problem.message)
        assert.match(problem.message, message)
        assert.ok(problem.suggestions.length > 0)
        if (!mayDownload) assert.ok(!stage.host.asked.some((one) => one.endsWith('.tar.gz')), 'nothing is downloaded')
        await assertUntouched()
      })
    }
  }

  for (const [name, parts] of contents) {
    it(`what a signed archive holds: ${name}: refused with 1`, async () => {
      stage.host.publish({version: '1.1.0', parts})
      const problem = await root.refusal(stage.host)
      const code = name === 'no launcher' ? 'UPDATE_DOES_NOT_START' : 'UPDATE_ARCHIVE'
      assert.deepEqual([problem.code, problem.exit], [code, 1], problem.message)
      await assertUntouched()
      await assert.rejects(access('/tmp/superset-escaped'))
      await assert.rejects(access(path.join(root.path, '../escaped')))
    })
  }

  for (const [name, bytesOf] of [
    ['something that is no archive', () => Buffer.from('no archive at all')],
    ['an archive that ends within a file', (whole: Buffer) => gzipSync(gunzipSync(whole).subarray(0, 1100))],
    ['an archive whose packing ends too early', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
    [
      'an archive with a damaged header',
      (whole: Buffer) => gzipSync(Buffer.concat([gunzipSync(whole).subarray(0, 1024), Buffer.alloc(1024, 7)])),
    ],
  ] as const) {
    it(`what is signed: ${name}: refused with 1`, async () => {
      const bytes = bytesOf(stage.archive)
      stage.host.files.set(ARCHIVE, bytes)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      stage.host.put(POINTER, {...stage.payload, archive: {...stage.payload.archive, size: bytes.length, sha256}})
      const {code, message} = await root.refusal(stage.host)
      assert.equal(code, 'UPDATE_ARCHIVE', message)
      await assertUntouched()
    })
  }

  it('a redirect of the pointer is not followed', async () => {
    await using other = await ReleaseHost.start()
    stage.host.answers.set(POINTER, (_request, response) => {
      response.writeHead(302, {location: `${other.url}/${POINTER}`}).end()
    })
    assert.equal((await root.refusal(stage.host)).code, 'UPDATE_HOST')
    assert.deepEqual(other.asked, [])
  })

  it('no host without https but this machine', async () => {
    for (const host of [
      'http://releases.example.test/cli',
      'ftp://x.test/',
      'https://u:p@x.test/',
      'https://x.test/?a',
      '',
    ]) {
      const build = {...stage.host.build, host}
      assert.throws(() => updateSettings(build, undefined), {code: 'UPDATE_SETTINGS', exit: 78}, host)
    }
  })

  for (const [name, change] of [
    [
      'a version more',
      (p: Payload) =>
        (p['versions'] as object[]).push({version: '6.6.6', channel: 'stable', createdAt: '2026-09-01T12:00:00Z'}),
    ],
    ['another platform', (p: Payload) => (p['platform'] = 'darwin-x64')],
  ] as const) {
    it(`the index: ${name}: refused with 1`, async () => {
      const payload = stage.host.list(['1.0.0', '1.1.0']) as Payload
      change(payload)
      edit(stage, INDEX, (e) => (e.payload = Buffer.from(JSON.stringify(payload)).toString('base64url')))
      const {installation, settings, ...asking} = root.updating(stage.host)
      await assert.rejects(listAvailableReleases(settings(), installation, PLATFORM, asking), {
        code: 'UPDATE_UNSIGNED',
        exit: 1,
      })
      stage.host.put(INDEX, {...payload, kind: 'release'})
      await assert.rejects(listAvailableReleases(settings(), installation, PLATFORM, asking), {
        code: 'UPDATE_MISMATCH',
        exit: 1,
      })
    })
  }
})
