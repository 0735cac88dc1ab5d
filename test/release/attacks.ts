import type {ServerResponse} from 'node:http'
import type {Envelope, ReleasePayload} from '../../release/plan/envelope.ts'
import {seal} from '../../release/plan/envelope.ts'
import {makeKeyPair} from '../../release/steps/keys.ts'
import {KEYS} from '../support/packing.ts'
import type {ReleaseHost, Tamper} from '../support/release-host.ts'

export interface Scene {
  readonly host: ReleaseHost
  readonly platform: string
}

export interface Attack {
  readonly name: string
  readonly args?: string[]
  readonly code: number
  readonly words: RegExp
  readonly tamper: (scene: Scene) => Tamper
}

const REFUSED = {code: 1, words: /Nothing was installed/}
const STRANGER = makeKeyPair().privateKey
const BY_VERSION = ['--version', '1.0.0']

/** Answers every question for a manifest with another envelope. */
function envelope(change: (envelope: Envelope, payload: ReleasePayload) => unknown): Attack['tamper'] {
  return () => (file, response, content) => {
    if (!file.endsWith('.json')) return false
    const found = JSON.parse(content().toString()) as Envelope
    const payload = JSON.parse(Buffer.from(found.payload, 'base64url').toString()) as ReleasePayload
    const changed = change(found, payload)
    response.end(typeof changed === 'string' ? changed : JSON.stringify(changed))
    return true
  }
}

/** One member of the payload changed, the signature left as it was. */
function forged(change: (payload: ReleasePayload) => object): Attack['tamper'] {
  return envelope((found, payload) => ({
    ...found,
    payload: Buffer.from(JSON.stringify(change(payload))).toString('base64url'),
  }))
}

/** A payload that is signed by a key of ours, but does not belong there. */
function signed(change: (payload: ReleasePayload) => object): Attack['tamper'] {
  return envelope((_, payload) => seal({...payload, ...change(payload)}, [KEYS.privateKey]))
}

/** Serves another file of the host in its place. */
function instead(from: (platform: string) => string): Attack['tamper'] {
  return ({host, platform}) =>
    (file, response) => {
      const other = from(platform)
      if (!file.endsWith('.json') || file === other) return false
      void fetch(`${host.url}/${other}`).then(async (answer) => response.end(await answer.text()))
      return true
    }
}

function archive(answer: (response: ServerResponse, content: Buffer) => void): Attack['tamper'] {
  return () => (file, response, content) => {
    if (!file.endsWith('.tar.gz')) return false
    answer(response, content())
    return true
  }
}

export const attacks: readonly Attack[] = [
  {name: 'a version changed', ...REFUSED, tamper: forged((payload) => ({...payload, version: '9.9.9'}))},
  {name: 'a channel changed', ...REFUSED, tamper: forged((payload) => ({...payload, channel: 'beta'}))},
  {
    name: 'a digest changed',
    ...REFUSED,
    tamper: forged((payload) => ({...payload, archive: {...payload.archive, sha256: '0'.repeat(64)}})),
  },
  {name: 'no signatures', ...REFUSED, tamper: envelope(({payload}) => ({payload, signatures: []}))},
  {name: 'no word of signatures', ...REFUSED, tamper: envelope(({payload}) => ({payload}))},
  {
    name: 'an empty signature',
    ...REFUSED,
    tamper: envelope(({payload, signatures}) => ({payload, signatures: [{...signatures[0], signature: ''}]})),
  },
  {name: "a stranger's key", ...REFUSED, tamper: envelope((_, payload) => seal(payload, [STRANGER]))},
  {
    name: "a stranger's signature under the id of ours",
    ...REFUSED,
    tamper: envelope((found, payload) => ({
      ...found,
      signatures: [{...found.signatures[0], signature: seal(payload, [STRANGER]).signatures[0]?.signature}],
    })),
  },
  {
    name: 'a second payload beside the signed one',
    ...REFUSED,
    tamper: envelope(
      ({payload, signatures}) =>
        `{"payload": "e30", "payload": "${payload}", "signatures": ${JSON.stringify(signatures)}}`,
    ),
  },
  {name: 'a page instead of a manifest', ...REFUSED, tamper: envelope(() => '<html>sign in to the network</html>')},
  {
    name: 'a manifest without end',
    ...REFUSED,
    tamper: envelope(() => `{"payload": "${'A'.repeat(1_000_000)}"}`),
    code: 75,
    words: /could not be read/,
  },
  {
    name: "a version's manifest as a channel's",
    ...REFUSED,
    tamper: instead((platform) => `versions/1.0.0/${platform}.json`),
  },
  {name: "another channel's pointer", ...REFUSED, tamper: instead((platform) => `channels/beta/${platform}.json`)},
  {
    name: "another version's manifest",
    args: BY_VERSION,
    ...REFUSED,
    tamper: instead((platform) => `versions/1.1.0/${platform}.json`),
  },
  {name: "another platform's manifest", ...REFUSED, tamper: signed(() => ({platform: 'linux-riscv64'}))},
  {
    name: 'a pointer that has expired',
    code: 1,
    words: /has expired: it was to be believed until 2026-01-01.*Nothing was installed/s,
    tamper: signed(() => ({expiresAt: '2026-01-01T00:00:00.000Z'})),
  },
  {
    name: 'a pointer from before the script',
    code: 1,
    words: /older than one that is known.*Nothing was installed/s,
    tamper: signed(() => ({serial: 1})),
  },
  {name: 'a pointer without an end', ...REFUSED, tamper: signed(() => ({expiresAt: undefined}))},
  {name: 'a pointer without a serial', ...REFUSED, tamper: signed(() => ({serial: undefined}))},
  {name: 'another format', ...REFUSED, tamper: signed(() => ({format: 2}))},
  {name: "another product's", ...REFUSED, tamper: signed(() => ({name: 'supermarket'}))},
  {
    name: 'an archive of another name',
    ...REFUSED,
    tamper: signed(({archive: one}) => ({archive: {...one, file: '../../x.tar.gz'}})),
  },
  {
    name: 'a manifest that is not there',
    code: 75,
    words: /could not be read/,
    tamper: () => (file, response) => {
      if (file.endsWith('.json')) response.writeHead(404).end()
      return file.endsWith('.json')
    },
  },
  {
    name: 'an archive with one byte changed',
    ...REFUSED,
    tamper: archive((response, content) => {
      const changed = Buffer.from(content)
      changed[content.length >> 1] = (changed[content.length >> 1] ?? 0) ^ 1
      response.end(changed)
    }),
  },
  {
    name: 'an archive with something behind it',
    ...REFUSED,
    tamper: archive((response, content) => response.end(Buffer.concat([content, Buffer.from('more')]))),
  },
  {
    name: 'an archive that ends early',
    code: 75,
    words: /ended after \d+ of \d+ bytes/,
    tamper: archive((response, content) => response.end(content.subarray(0, 1000))),
  },
  {
    name: 'an archive that breaks off',
    code: 75,
    words: /ended after \d+ of \d+ bytes/,
    tamper: archive((response, content) => {
      response.writeHead(200, {'content-length': content.length})
      response.write(content.subarray(0, 5_000_000), () => response.destroy())
    }),
  },
  {
    name: 'an archive that is not there',
    code: 75,
    words: /ended after \d+ of \d+ bytes/,
    tamper: archive((response) => response.writeHead(404).end('no')),
  },
]
