import assert from 'node:assert/strict'
import {createHash, type KeyObject} from 'node:crypto'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {unseal, type Envelope, type Payload} from '../../../release/plan/envelope.ts'
import {makeKeyPair} from '../../../release/steps/keys.ts'
import type {PackedNote} from '../../../release/steps/pack.ts'
import {publish, renew} from '../../../release/steps/publish.ts'

const OURS = makeKeyPair()
const NEXT = makeKeyPair()
const STRANGER = makeKeyPair()

describe('publishing', () => {
  let base: string
  let www: string
  beforeEach(() => {
    base = mkdtempSync(path.join(os.tmpdir(), 'publish-'))
    www = path.join(base, 'www')
  })
  afterEach(() => rmSync(base, {recursive: true}))

  const archive = (version: string, content = version, change: Partial<PackedNote> = {}) => {
    const file = path.join(base, `superset-v${version}-linux-x64.tar.gz`)
    const note: PackedNote = {
      version,
      platform: 'linux-x64',
      isTest: true,
      host: 'http://127.0.0.1:1',
      keys: [OURS.publicKey, NEXT.publicKey],
      file: path.basename(file),
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      ...change,
    }
    mkdirSync(base, {recursive: true})
    writeFileSync(file, content)
    writeFileSync(`${file}.json`, JSON.stringify(note))
    return file
  }
  const send = (file: string, {keys = [OURS.privateKey], channel = 'stable', day = 1, rollout = 100} = {}) =>
    publish(file, {keys, channel, www, rollout, now: new Date(Date.UTC(2030, 0, day))})
  const raw = ({publicKey}: typeof OURS) => Buffer.from(publicKey, 'base64url')
  const read = (file: string, key = OURS): Payload | undefined =>
    unseal(JSON.parse(readFileSync(path.join(www, file), 'utf8')) as Envelope, [
      Buffer.from(key.publicKey, 'base64url'),
    ])

  it('signs the version, the index and what the channel points to', () => {
    send(archive('1.0.0'))
    send(archive('1.10.0'), {day: 2})
    const common = {
      format: 1,
      name: 'superset',
      version: '1.10.0',
      platform: 'linux-x64',
      channel: 'stable',
      archive: {
        file: 'superset-v1.10.0-linux-x64.tar.gz',
        size: 6,
        sha256: createHash('sha256').update('1.10.0').digest('hex'),
      },
      createdAt: '2030-01-02T00:00:00.000Z',
    }
    assert.deepEqual(read('versions/1.10.0/linux-x64.json'), {kind: 'release', ...common})
    const dated = {serial: Date.UTC(2030, 0, 2) / 1000, expiresAt: '2030-02-01T00:00:00.000Z'}
    assert.deepEqual(read('channels/stable/linux-x64.json'), {kind: 'channel', ...common, ...dated})
    assert.deepEqual(read('versions/linux-x64.json'), {
      kind: 'index',
      format: 1,
      name: 'superset',
      platform: 'linux-x64',
      versions: [
        {version: '1.0.0', channel: 'stable', createdAt: '2030-01-01T00:00:00.000Z'},
        {version: '1.10.0', channel: 'stable', createdAt: '2030-01-02T00:00:00.000Z'},
      ],
      ...dated,
    })
    assert.equal(readFileSync(path.join(www, 'versions/1.0.0/superset-v1.0.0-linux-x64.tar.gz'), 'utf8'), '1.0.0')
    assert.match(readFileSync(path.join(www, 'install.sh'), 'utf8'), /^default_host='http:\/\/127\.0\.0\.1:1'$/m)
  })

  it('done again, changes nothing, whatever the day', () => {
    const file = archive('1.0.0')
    send(file)
    const files = ['versions/1.0.0/linux-x64.json', 'versions/linux-x64.json', 'channels/stable/linux-x64.json']
    const before = files.map((one) => readFileSync(path.join(www, one), 'utf8'))
    const {mtimeMs} = statSync(path.join(www, 'versions/1.0.0', path.basename(file)))
    send(file, {day: 9})
    assert.deepEqual(
      files.map((one) => readFileSync(path.join(www, one), 'utf8')),
      before,
    )
    assert.equal(statSync(path.join(www, 'versions/1.0.0', path.basename(file))).mtimeMs, mtimeMs)
  })

  it('promotes a version to another channel without touching it', () => {
    const file = archive('1.0.0')
    send(file, {channel: 'beta'})
    const before = readFileSync(path.join(www, 'versions/1.0.0/linux-x64.json'), 'utf8')
    send(file, {channel: 'stable', day: 5})
    assert.equal(readFileSync(path.join(www, 'versions/1.0.0/linux-x64.json'), 'utf8'), before)
    const pointer = read('channels/stable/linux-x64.json')
    assert.ok(pointer?.kind === 'channel' && pointer.channel === 'stable')
  })

  it('signs with both keys while they are changed, and goes on with the new one', () => {
    send(archive('1.0.0'), {keys: [OURS.privateKey, NEXT.privateKey]})
    assert.ok(read('channels/stable/linux-x64.json', OURS))
    assert.ok(read('channels/stable/linux-x64.json', NEXT))
    send(archive('1.0.1'), {keys: [NEXT.privateKey]})
    assert.equal(read('channels/stable/linux-x64.json', OURS), undefined)
    assert.ok(read('channels/stable/linux-x64.json', NEXT))
  })

  it('renews what ends, with a higher serial and nothing else changed, and tells the install script', () => {
    send(archive('1.0.0'))
    send(archive('1.1.0-beta.1'), {channel: 'beta', rollout: 10})
    const pointer = 'channels/stable/linux-x64.json'
    const before = read(pointer)
    const release = readFileSync(path.join(www, 'versions/1.0.0/linux-x64.json'), 'utf8')
    // On the same second: it grows all the same.
    const signing = {keys: [NEXT.privateKey], www, now: new Date(Date.UTC(2030, 0, 1)), trusted: [raw(OURS)]}
    assert.deepEqual(renew(signing), ['versions/linux-x64.json', 'channels/beta/linux-x64.json', pointer])
    const serial = Date.UTC(2030, 0, 1) / 1000 + 1
    assert.deepEqual(read(pointer, NEXT), {...before, serial})
    const later = {...signing, now: new Date(Date.UTC(2030, 0, 20)), days: 7, channel: 'beta', rollout: 50}
    assert.deepEqual(renew(later), ['versions/linux-x64.json', 'channels/beta/linux-x64.json'])
    assert.partialDeepStrictEqual(read('channels/beta/linux-x64.json', NEXT), {
      rollout: 50,
      version: '1.1.0-beta.1',
      expiresAt: '2030-01-27T00:00:00.000Z',
    })
    assert.equal(readFileSync(path.join(www, 'versions/1.0.0/linux-x64.json'), 'utf8'), release)
    const script = readFileSync(path.join(www, 'install.sh'), 'utf8')
    const beta = Date.UTC(2030, 0, 20) / 1000
    assert.ok(script.includes(`serials='beta/linux-x64:${beta}\nstable/linux-x64:${serial}'`))
  })

  const refusals: ReadonlyArray<readonly [string, RegExp, () => void]> = [
    [
      'a version that is there with other bytes, even if its archive is gone',
      /published with other bytes/,
      () => {
        send(archive('1.0.0'))
        rmSync(path.join(www, 'versions/1.0.0/superset-v1.0.0-linux-x64.tar.gz'))
        send(archive('1.0.0', 'other'))
      },
    ],
    ['an archive that is not what its note says', /pack it again/, () => send(archive('1.0.0', 'x', {sha256: 'y'}))],
    [
      'a key that the archive does not trust',
      /trusts none/,
      () => send(archive('1.0.0'), {keys: [STRANGER.privateKey]}),
    ],
    ['a share that is none', /--rollout/, () => send(archive('1.0.0'), {rollout: 101})],
    ['to renew nothing', /nothing to renew/, () => renew({keys: [OURS.privateKey], www, now: new Date()})],
    [
      'to renew what somebody else signed',
      /signed by no key/,
      () => {
        send(archive('1.0.0'))
        renew({keys: [STRANGER.privateKey], www, now: new Date()})
      },
    ],
    ['no key', /unsigned/, () => send(archive('1.0.0'), {keys: [] as KeyObject[]})],
    ['a channel that is a path', /Not a name/, () => send(archive('1.0.0'), {channel: '../x'})],
    [
      'a tree that somebody else signed',
      /signed by no key/,
      () => {
        const keys = {keys: [STRANGER.publicKey]}
        send(archive('1.0.0', '1', keys), {keys: [STRANGER.privateKey]})
        send(archive('1.0.1'))
      },
    ],
  ]
  for (const [name, words, act] of refusals) it(`refuses ${name}`, () => assert.throws(act, words))
})
