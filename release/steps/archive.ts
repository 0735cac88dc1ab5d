import {createHash} from 'node:crypto'
import {closeSync, openSync, readSync, statSync, writeSync} from 'node:fs'
import {Gzip, type GzipOptions} from 'fflate'
import {Header} from 'tar'
import {membersOf, type Entry} from '../plan/entry.ts'
import {Refusal} from '../plan/refusal.ts'

const BLOCK = 512
const CHUNK = 1024 * 1024

export interface WrittenArchive {
  /** Bytes. */
  readonly size: number
  readonly sha256: string
  /** Bytes of all files, unpacked. */
  readonly unpacked: number
  readonly files: number
}

export interface ArchiveOptions {
  /** What every member bears. */
  readonly date: Date
  readonly level: NonNullable<GzipOptions['level']>
}

/** Writes a tar.gz whose bytes follow from its entries, the date and the level alone: docs/decisions/0017. */
export function writeArchive(file: string, entries: readonly Entry[], {date, level}: ArchiveOptions): WrittenArchive {
  const hash = createHash('sha256')
  const output = openSync(file, 'w', 0o644)
  let size = 0
  let unpacked = 0
  const gzip = new Gzip({level, mem: 12, mtime: 0}, (chunk) => {
    hash.update(chunk)
    writeSync(output, chunk)
    size += chunk.length
  })
  try {
    for (const {path, mode, entry} of membersOf(entries)) {
      const length = entry ? lengthOf(entry) : 0
      gzip.push(header(path, mode, length, date))
      if (entry) for (const chunk of contentOf(entry)) gzip.push(chunk)
      gzip.push(new Uint8Array(-length & (BLOCK - 1)))
      unpacked += length
    }

    gzip.push(new Uint8Array(2 * BLOCK), true)
  } finally {
    closeSync(output)
  }

  return {size, sha256: hash.digest('hex'), unpacked, files: entries.length}
}

/** USTAR alone: every tar reads it, and busybox's no extension of it. */
function header(path: string, mode: number, size: number, mtime: Date): Uint8Array {
  const block = Buffer.alloc(BLOCK)
  const isFolder = path.endsWith('/')
  const data = new Header({path, mode, size, mtime, uid: 0, gid: 0, type: isFolder ? 'Directory' : 'File'})
  if (data.encode(block, 0)) throw new Refusal(`The path is too long for a plain tar archive: ${path}`)
  return block
}

function lengthOf({source}: Entry): number {
  return 'file' in source ? statSync(source.file).size : Buffer.byteLength(source.text)
}

function* contentOf({source}: Entry): Generator<Uint8Array> {
  if ('text' in source) {
    yield Buffer.from(source.text)
    return
  }

  const input = openSync(source.file, 'r')
  try {
    while (true) {
      const chunk = Buffer.alloc(CHUNK)
      const length = readSync(input, chunk)
      if (length === 0) return
      yield chunk.subarray(0, length)
    }
  } finally {
    closeSync(input)
  }
}
