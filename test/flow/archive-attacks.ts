import type {ServerResponse} from 'node:http'
import {gunzipSync, gzipSync} from 'node:zlib'
import {archiveOf, type Part, releaseParts} from '../support/update-archive.ts'
import {ARCHIVE, type Attack, flipped, type Stage} from './attack.ts'

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

/** So little that a test need not wait long. */
const IMPATIENT = {idleMs: 1000, totalMs: 600_000}

export const downloads: readonly Attack[] = [
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
    message: /bytes instead of/,
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
  {
    name: 'no answer',
    code: 'UPDATE_NETWORK',
    message: /does not answer any more/,
    exit: 75,
    limits: IMPATIENT,
    attack: served(() => {}),
  },
  {
    name: 'stalled in the middle',
    code: 'UPDATE_NETWORK',
    message: /does not answer any more/,
    exit: 75,
    limits: IMPATIENT,
    attack: served((r, b) => void r.writeHead(200, {'content-length': b.length}).write(b.subarray(0, 300))),
  },
  {
    name: 'byte by byte, for ever',
    code: 'UPDATE_NETWORK',
    message: /too slow/,
    exit: 75,
    limits: {idleMs: 600_000, totalMs: 1500},
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
export const contents: readonly (readonly [string, readonly Part[]])[] = [
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
