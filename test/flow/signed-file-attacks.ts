import {exactly} from '../support/installed-root.ts'
import {envelope, PLATFORM, SigningKey} from '../support/update-host.ts'
import {type Attack, edit, type Envelope, flipped, INDEX, type Payload, POINTER, type Stage, VERSION} from './attack.ts'

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

const edited = (change: (envelope: Envelope) => unknown) => (stage: Stage) => edit(stage, POINTER, change)
const text = (content: string) => (stage: Stage) => void stage.host.files.set(POINTER, Buffer.from(content))

const first = (envelope: Envelope) => envelope.signatures[0]!

export const envelopes: readonly Attack[] = [
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

export const swaps: readonly Attack[] = [
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
export const slips: readonly Attack[] = [
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
      ['no serial', (p) => Reflect.deleteProperty(p, 'serial'), 'UPDATE_FORMAT'],
      ['a serial that is a text', (p) => (p['serial'] = '9'), 'UPDATE_FORMAT'],
      ['no end', (p) => Reflect.deleteProperty(p, 'expiresAt'), 'UPDATE_FORMAT'],
      ['an end that is no instant', (p) => (p['expiresAt'] = 'never'), 'UPDATE_FORMAT'],
      ['an end that has come', (p) => (p['expiresAt'] = '2026-01-01T00:00:00Z'), 'UPDATE_EXPIRED'],
      ['a share above all', (p) => (p['rollout'] = 101), 'UPDATE_FORMAT'],
      ['a share that is a text', (p) => (p['rollout'] = '50'), 'UPDATE_FORMAT'],
      ['no date', (p) => (p['createdAt'] = 'today'), 'UPDATE_FORMAT'],
    ] as const satisfies readonly (readonly [string, (payload: Payload) => unknown, string])[]
  ).map(([name, change, code]): Attack => ({name, code, attack: signed(change)})),
]
