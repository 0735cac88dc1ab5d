import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {access} from 'node:fs/promises'
import type {ServerResponse} from 'node:http'
import path from 'node:path'
import {gunzipSync, gzipSync} from 'node:zlib'
import {available} from '../../src/update/available.ts'
import type {Asked} from '../../src/update/decide.ts'
import {CHANNEL, exactly, InstalledRoot} from '../support/installed-root.ts'
import {archiveOf, type Part, releaseParts} from '../support/release-archive.ts'
import {envelope, PLATFORM, ReleaseHost, SigningKey} from '../support/release-host.ts'

const POINTER = `channels/stable/${PLATFORM}.json`
const VERSION = `versions/1.1.0/${PLATFORM}.json`
const INDEX = `versions/${PLATFORM}.json`
const ARCHIVE = `versions/1.1.0/superset-v1.1.0-${PLATFORM}.tar.gz`

interface Payload {
  [key: string]: unknown
  archive: {file: string; size: number; sha256: string}
}

interface Stage {
  readonly host: ReleaseHost
  /** What the true pointer says. */
  readonly payload: Payload
  readonly archive: Buffer
}

interface Attack {
  readonly name: string
  readonly code: string
  readonly exit?: number
  readonly asked?: Asked
  readonly attack: (stage: Stage) => void
  /** Where the archive may have been asked for: what was signed for it is checked only then. */
  readonly downloads?: boolean
}

/** The pointer with one field changed by somebody without a key. */
const forged = (change: (payload: Payload) => void) => (stage: Stage) => {
  const changed = structuredClone(stage.payload)
  change(changed)
  edit(stage, POINTER, (signed) => {
    signed.payload = Buffer.from(JSON.stringify(changed)).toString('base64url')
  })
}

/** And with one changed by whoever has a key: it is refused for what it says. */
const signed =
  (change: (payload: Payload) => void, name = POINTER) =>
  (stage: Stage) => {
    const changed = structuredClone(stage.payload)
    if (name === VERSION) changed['kind'] = 'release'
    change(changed)
    stage.host.put(name, changed)
  }

interface Envelope {
  payload: string
  signatures: {key: string; signature: string}[]
}

function edit({host}: Stage, name: string, change: (envelope: Envelope) => unknown): void {
  const value = JSON.parse(String(host.files.get(name))) as Envelope
  change(value)
  host.files.set(name, Buffer.from(JSON.stringify(value)))
}

const edited = (change: (envelope: Envelope) => unknown) => (stage: Stage) => edit(stage, POINTER, change)
const first = (envelope: Envelope) => envelope.signatures[0]!
const text = (content: string) => (stage: Stage) => void stage.host.files.set(POINTER, Buffer.from(content))
const flipped = (bytes: Buffer, at: number) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)))

const envelopes: readonly Attack[] = [
  ...(
    [
      ['kind', (p) => (p['kind'] = 'release')],
      ['format', (p) => (p['format'] = 2)],
      ['name', (p) => (p['name'] = 'other')],
      ['version', (p) => (p['version'] = '9.9.9')],
      ['platform', (p) => (p['platform'] = 'darwin-arm64')],
      ['channel', (p) => (p['channel'] = 'beta')],
      ['archive.file', (p) => (p.archive.file = 'evil.tar.gz')],
      ['archive.size', (p) => (p.archive.size += 1)],
      ['archive.sha256', (p) => (p.archive.sha256 = '0'.repeat(64))],
      ['createdAt', (p) => (p['createdAt'] = '2099-01-01T00:00:00Z')],
      ['a field more', (p) => (p['more'] = true)],
    ] as const satisfies readonly (readonly [string, (payload: Payload) => unknown])[]
  ).map(([field, change]): Attack => ({name: `changed: ${field}`, code: 'UPDATE_UNSIGNED', attack: forged(change)})),
  {
    name: 'the signature: one bit',
    code: 'UPDATE_UNSIGNED',
    attack: edited((e) => {
      const bytes = Buffer.from(first(e).signature, 'base64url')
      first(e).signature = flipped(bytes, 40).toString('base64url')
    }),
  },
  {
    name: 'the signature: cut short',
    code: 'UPDATE_UNSIGNED',
    attack: edited((e) => (first(e).signature = first(e).signature.slice(0, 80))),
  },
  {name: 'the signature: empty', code: 'UPDATE_UNSIGNED', attack: edited((e) => (first(e).signature = ''))},
  {
    name: 'the signature: spelt in another way',
    code: 'UPDATE_UNSIGNED',
    attack: edited((e) => (first(e).signature += '==')),
  },
  {name: 'no signature', code: 'UPDATE_UNSIGNED', attack: edited((e) => (e.signatures = []))},
  {
    name: 'no list of signatures',
    code: 'UPDATE_UNSIGNED',
    attack: edited((e) => Reflect.deleteProperty(e, 'signatures')),
  },
  {
    name: 'thousands of signatures',
    code: 'UPDATE_UNSIGNED',
    attack: edited((e) => (e.signatures = Array.from({length: 300}, () => first(e)))),
  },
  {name: 'the id of an unknown key', code: 'UPDATE_UNSIGNED', attack: edited((e) => (first(e).key = 'f'.repeat(16)))},
  {
    name: 'the id of the other trusted key',
    code: 'UPDATE_UNSIGNED',
    attack: (stage) => edit(stage, POINTER, (e) => (first(e).key = stage.host.nextKey.id)),
  },
  {name: 'the payload spelt in another way', code: 'UPDATE_UNSIGNED', attack: edited((e) => (e.payload += '='))},
  {name: 'no payload', code: 'UPDATE_UNSIGNED', attack: edited((e) => Reflect.deleteProperty(e, 'payload'))},
  {
    name: 'signed by a stranger',
    code: 'UPDATE_UNSIGNED',
    attack: ({host, payload}) => host.put(POINTER, {...payload, version: '9.9.9'}, [new SigningKey()]),
  },
  {
    name: 'signed by a stranger under a trusted id',
    code: 'UPDATE_UNSIGNED',
    attack: ({host, payload}) => {
      const stranger = new SigningKey()
      const value = JSON.parse(envelope(payload, [stranger])) as Envelope
      first(value).key = host.key.id
      host.files.set(POINTER, Buffer.from(JSON.stringify(value)))
    },
  },
  {
    name: 'signed for something that is no release',
    code: 'UPDATE_UNSIGNED',
    attack: ({host, payload}) => {
      const bytes = Buffer.from(JSON.stringify(payload))
      const value = {payload: bytes.toString('base64url'), signatures: [host.key.signature(bytes, '')]}
      host.files.set(POINTER, Buffer.from(JSON.stringify(value)))
    },
  },
  {
    name: 'the payload without an envelope',
    code: 'UPDATE_UNSIGNED',
    attack: ({host, payload}) => void host.files.set(POINTER, Buffer.from(JSON.stringify(payload))),
  },
  {name: 'a page of HTML', code: 'UPDATE_UNSIGNED', attack: text('<!doctype html><title>Hotel</title>')},
  {name: 'nothing', code: 'UPDATE_UNSIGNED', attack: text('')},
  {name: 'null', code: 'UPDATE_UNSIGNED', attack: text('null')},
  {
    name: 'half of the file',
    code: 'UPDATE_UNSIGNED',
    attack: ({host}) => {
      const bytes = host.files.get(POINTER)!
      host.files.set(POINTER, bytes.subarray(0, bytes.length / 2))
    },
  },
  {
    name: 'a file without an end',
    code: 'UPDATE_HOST',
    exit: 78,
    attack: ({host}) =>
      void host.answers.set(POINTER, async (_request, response) => {
        response.writeHead(200)
        while (!response.destroyed && response.write(' '.repeat(4096))) await new Promise(setImmediate)
      }),
  },
]

const swaps: readonly Attack[] = [
  {
    name: 'the pointer of another channel',
    code: 'UPDATE_MISMATCH',
    attack: ({host}) => {
      host.publish({version: '2.0.0', channel: 'beta'})
      host.files.set(POINTER, host.files.get(`channels/beta/${PLATFORM}.json`)!)
    },
  },
  {
    name: 'the pointer of another platform',
    code: 'UPDATE_MISMATCH',
    attack: ({host}) => {
      host.publish({version: '1.1.0', platform: 'linux-arm64'})
      host.files.set(POINTER, host.files.get('channels/stable/linux-arm64.json')!)
    },
  },
  {
    name: "a version's file as a channel's",
    code: 'UPDATE_MISMATCH',
    attack: ({host}) => void host.files.set(POINTER, host.files.get(VERSION)!),
  },
  {
    name: 'the index as a pointer',
    code: 'UPDATE_MISMATCH',
    attack: ({host}) => {
      host.list(['1.1.0'])
      host.files.set(POINTER, host.files.get(INDEX)!)
    },
  },
  {
    name: 'an older pointer, truly signed',
    code: 'UPDATE_OLDER',
    attack: ({host}) => void host.publish({version: '0.9.9'}),
  },
  {
    name: 'an older pre-release of what runs',
    code: 'UPDATE_OLDER',
    attack: ({host}) => void host.publish({version: '1.0.0-rc.9'}),
  },
  {
    name: 'another version than the one that was named',
    code: 'UPDATE_MISMATCH',
    asked: exactly('1.2.0'),
    attack: ({host}) => void host.files.set(`versions/1.2.0/${PLATFORM}.json`, host.files.get(VERSION)!),
  },
  {
    name: "a channel's file as a version's",
    code: 'UPDATE_MISMATCH',
    asked: exactly('1.1.0'),
    attack: ({host}) => void host.files.set(VERSION, host.files.get(POINTER)!),
  },
  {
    name: "another platform's version",
    code: 'UPDATE_MISMATCH',
    asked: exactly('1.1.0'),
    attack: ({host}) => {
      host.publish({version: '1.1.0', platform: 'linux-arm64'})
      host.files.set(VERSION, host.files.get('versions/1.1.0/linux-arm64.json')!)
    },
  },
]

/** What a key's owner signed by mistake, or by force. */
const slips: readonly Attack[] = [
  ...(
    [
      ['another program', (p) => (p['name'] = 'other'), 'UPDATE_MISMATCH'],
      ['a format of the future', (p) => (p['format'] = 2), 'UPDATE_FORMAT'],
      ['a path for a version', (p) => (p['version'] = '../../1.1.0'), 'UPDATE_FORMAT'],
      ['a version with build metadata', (p) => (p['version'] = '1.1.0+2'), 'UPDATE_FORMAT'],
      ['a path for a file', (p) => (p.archive.file = '../../../elsewhere.tar.gz'), 'UPDATE_FORMAT'],
      ['an address for a file', (p) => (p.archive.file = 'https://example.test/a.tar.gz'), 'UPDATE_FORMAT'],
      ['no size', (p) => Reflect.deleteProperty(p.archive, 'size'), 'UPDATE_FORMAT'],
      ['a size below nothing', (p) => (p.archive.size = -1), 'UPDATE_FORMAT'],
      ['a size without measure', (p) => (p.archive.size = 1e15), 'UPDATE_FORMAT'],
      ['no sum', (p) => Reflect.deleteProperty(p.archive, 'sha256'), 'UPDATE_FORMAT'],
      ['a sum of another kind', (p) => (p.archive.sha256 = p.archive.sha256.slice(0, 40)), 'UPDATE_FORMAT'],
      ['no archive', (p) => Reflect.deleteProperty(p, 'archive'), 'UPDATE_FORMAT'],
      ['no date', (p) => (p['createdAt'] = 'today'), 'UPDATE_FORMAT'],
    ] as const satisfies readonly (readonly [string, (payload: Payload) => unknown, string])[]
  ).map(([name, change, code]): Attack => ({name, code, attack: signed(change)})),
]

const served =
  (answer: (response: ServerResponse, bytes: Buffer) => Promise<void> | void) =>
  ({archive, host}: Stage) =>
    void host.answers.set(ARCHIVE, (_request, response) => answer(response, archive))
const replaced =
  (change: (bytes: Buffer) => Buffer) =>
  ({archive, host}: Stage) =>
    void host.files.set(ARCHIVE, change(archive))
const elsewhere = (response: ServerResponse) =>
  void response.writeHead(302, {location: 'http://127.0.0.2:9/a.tar.gz'}).end()

const downloads: readonly Attack[] = [
  {name: 'one bit at the start', code: 'UPDATE_DAMAGED', attack: replaced((b) => flipped(b, 12))},
  {name: 'one bit in the middle', code: 'UPDATE_DAMAGED', attack: replaced((b) => flipped(b, b.length >> 1))},
  {name: 'one bit at the end', code: 'UPDATE_DAMAGED', attack: replaced((b) => flipped(b, b.length - 1))},
  {
    name: 'the same files, packed in another way',
    code: 'UPDATE_DAMAGED',
    attack: replaced((b) => gzipSync(gunzipSync(b), {level: 1})),
  },
  {
    name: 'the archive of another version',
    code: 'UPDATE_DAMAGED',
    attack: replaced(() => archiveOf(releaseParts({version: '1.0.5'}))),
  },
  {name: 'one byte less', code: 'UPDATE_DAMAGED', attack: replaced((b) => b.subarray(0, -1))},
  {name: 'one byte more', code: 'UPDATE_DAMAGED', attack: replaced((b) => Buffer.concat([b, Buffer.alloc(1)]))},
  {name: 'nothing', code: 'UPDATE_DAMAGED', attack: replaced(() => Buffer.alloc(0))},
  {
    name: 'one byte less, with no length told',
    code: 'UPDATE_DAMAGED',
    attack: served((r, b) => void r.writeHead(200).end(b.subarray(0, -1))),
  },
  {
    name: 'more without an end, with no length told',
    code: 'UPDATE_DAMAGED',
    attack: served(async (r, b) => {
      r.writeHead(200).write(b)
      while (!r.destroyed && r.write('x'.repeat(4096))) await new Promise(setImmediate)
    }),
  },
  {name: 'cut before the first byte', code: 'UPDATE_NETWORK', exit: 75, attack: served((r) => void r.destroy())},
  ...[1, 300, 600].map((bytes): Attack => ({
    name: `cut after ${bytes} bytes`,
    code: 'UPDATE_NETWORK',
    exit: 75,
    attack: served((r, b) => {
      r.writeHead(200, {'content-length': b.length})
      r.write(b.subarray(0, bytes), () => r.destroy())
    }),
  })),
  {
    name: 'ended too early after the right length was told',
    code: 'UPDATE_NETWORK',
    exit: 75,
    attack: served((r, b) => {
      r.writeHead(200, {'content-length': b.length})
      r.write(b.subarray(0, 10), () => r.socket?.end())
    }),
  },
  {name: 'no answer', code: 'UPDATE_NETWORK', exit: 75, attack: served(() => {})},
  {
    name: 'stalled in the middle',
    code: 'UPDATE_NETWORK',
    exit: 75,
    attack: served((r, b) => void r.writeHead(200, {'content-length': b.length}).write(b.subarray(0, 300))),
  },
  {
    name: 'byte by byte, for ever',
    code: 'UPDATE_NETWORK',
    exit: 75,
    attack: served((r, b) => {
      r.writeHead(200, {'content-length': b.length})
      let at = 0
      const timer = setInterval(() => r.write(b.subarray(at, ++at)), 50)
      r.once('close', () => clearInterval(timer))
    }),
  },
  {name: 'sent to another host', code: 'UPDATE_HOST', exit: 78, attack: served(elsewhere)},
  {name: 'taken away', code: 'UPDATE_NO_VERSION', attack: ({host}) => void host.files.delete(ARCHIVE)},
  {name: 'a server error', code: 'UPDATE_NETWORK', exit: 75, attack: served((r) => void r.writeHead(503).end())},
  {name: 'a sign-in', code: 'UPDATE_HOST', exit: 78, attack: served((r) => void r.writeHead(401).end())},
]

const withPart = (...more: readonly Part[]): readonly Part[] => [...releaseParts({version: '1.1.0'}), ...more]
const inside = 'superset/app/'

/** Signed in due form; what is in them would reach out of their folder, or is no file. */
const contents: readonly (readonly [string, readonly Part[]])[] = [
  ['a path upwards', withPart({path: 'superset/../../../escaped', text: 'x'})],
  ['a path upwards at its end', withPart({path: `${inside}..`, type: 'Directory'})],
  ['an absolute path', withPart({path: '/tmp/superset-escaped', text: 'x'})],
  ['a path beside the top folder', withPart({path: 'other/file', text: 'x'})],
  ['a backslash', withPart({path: `${inside}a\\..\\b`, text: 'x'})],
  ['a symbolic link out', withPart({path: `${inside}l`, type: 'SymbolicLink', linkpath: '../../../..'})],
  [
    'a symbolic link, and a file through it',
    withPart({path: `${inside}l`, type: 'SymbolicLink', linkpath: '/tmp'}, {path: `${inside}l/x`, text: 'x'}),
  ],
  ['a symbolic link within', withPart({path: `${inside}l`, type: 'SymbolicLink', linkpath: 'late-0'})],
  ['a hard link', withPart({path: `${inside}l`, type: 'Link', linkpath: '/etc/passwd'})],
  ['a device', withPart({path: `${inside}d`, type: 'CharacterDevice'})],
  ['a block device', withPart({path: `${inside}d`, type: 'BlockDevice'})],
  ['a named pipe', withPart({path: `${inside}p`, type: 'FIFO'})],
  ['a file that runs as its owner', withPart({path: `${inside}s`, text: 'x', mode: 0o4755})],
  ['one name twice', withPart({path: `${inside}late-0`, text: 'other'})],
  ['a file in the place of the top folder', [{path: 'superset', text: 'x'}]],
  ['no launcher', [{path: 'superset/release.json', text: '{}'}]],
]

describe('an attacked update', function () {
  this.timeout(30_000)
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
    for (const {asked = CHANNEL, attack, code, exit = 1, name} of attacks) {
      it(`${title}: ${name}: refused with ${exit}`, async () => {
        attack(stage)
        const problem = await root.refusal(stage.host, asked)
        assert.deepEqual([problem.code, problem.exit], [code, exit], problem.message)
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

  it('what a signed archive holds: something that is no archive: refused with 1', async () => {
    const bytes = Buffer.from('no archive at all')
    stage.host.files.set(ARCHIVE, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    stage.host.put(POINTER, {...stage.payload, archive: {...stage.payload.archive, size: bytes.length, sha256}})
    assert.equal((await root.refusal(stage.host)).code, 'UPDATE_ARCHIVE')
    await assertUntouched()
  })

  it('a redirect of the pointer is not followed', async () => {
    await using other = await ReleaseHost.start()
    stage.host.answers.set(POINTER, (_request, response) => {
      response.writeHead(302, {location: `${other.url}/${POINTER}`}).end()
    })
    assert.equal((await root.refusal(stage.host)).code, 'UPDATE_HOST')
    assert.deepEqual(other.asked, [])
  })

  it('no host without https but this machine', async () => {
    const {updateSettings} = await import('../../src/update/settings.ts')
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
      await assert.rejects(available(settings(), installation, PLATFORM, asking), {code: 'UPDATE_UNSIGNED', exit: 1})
      stage.host.put(INDEX, {...payload, kind: 'release'})
      await assert.rejects(available(settings(), installation, PLATFORM, asking), {code: 'UPDATE_MISMATCH', exit: 1})
    })
  }
})
