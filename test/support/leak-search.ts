/** One secret that must not be found, by a name that may be printed. */
export interface Secret {
  readonly name: string
  readonly value: Buffer | string
}

export interface Place {
  readonly name: string
  readonly bytes: Buffer
}

interface Needle {
  readonly bytes: Buffer
  readonly label: string
}

/**
 * Half of a generation's shortest secret: what is torn apart by the pages of a database, or cut off by a fault, is
 * found by its pieces. 16 bytes of a random secret turn up nowhere by chance.
 */
const PIECE_BYTES = 16

/** Searches bytes for secrets and for pieces of them, as they are and in every encoding in which they might be written. */
export class LeakSearch {
  readonly #byStart = new Map<number, Needle[]>()
  /** For each pair of first bytes whether any needle begins with it; spares the look-up at nearly every byte. */
  readonly #begins = new Uint8Array(65_536)

  constructor(secrets: readonly Secret[]) {
    for (const {name, value} of secrets) {
      const bytes = Buffer.from(value as string)
      if (bytes.length < PIECE_BYTES) throw new Error(`${name} is too short to be searched for`)
      for (const piece of pieces(bytes)) {
        for (const [encoding, encoded] of encodings(piece)) this.#add({bytes: encoded, label: `${name} (${encoding})`})
      }
    }
  }

  /** What was found where, without repetition, and without the secrets themselves. */
  find(places: Iterable<Place>): string[] {
    const found = new Set<string>()
    for (const {name, bytes} of places) {
      for (const label of this.#labelsIn(bytes)) found.add(`${name}: ${label}`)
    }

    return [...found]
  }

  #add(needle: Needle): void {
    const {bytes} = needle
    this.#begins[bytes.readUInt16BE(0)] = 1
    const start = bytes.readUInt32BE(0)
    const others = this.#byStart.get(start)
    if (others) others.push(needle)
    else this.#byStart.set(start, [needle])
  }

  #labelsIn(bytes: Buffer): Set<string> {
    const labels = new Set<string>()
    for (let at = 0; at + 4 <= bytes.length; at++) {
      if (this.#begins[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)] === 0) continue
      for (const {bytes: needle, label} of this.#byStart.get(bytes.readUInt32BE(at)) ?? []) {
        if (bytes.subarray(at, at + needle.length).equals(needle)) labels.add(label)
      }
    }

    return labels
  }
}

function* pieces(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at + PIECE_BYTES <= bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
  yield bytes.subarray(-PIECE_BYTES)
}

function* encodings(piece: Buffer): Iterable<readonly [string, Buffer]> {
  const each = (write: (hex: string) => string) => Buffer.from([...piece].map((byte) => write(hex(byte))).join(''))
  const upper = (write: (hex: string) => string) => each((text) => write(text.toUpperCase()))
  yield ['as it is', piece]
  yield ['UTF-16', Buffer.from(piece.toString('latin1'), 'utf16le')]
  yield ['hex', each((text) => text)]
  yield ['hex', upper((text) => text)]
  yield ['URL-encoded', each((text) => `%${text}`)]
  yield ['URL-encoded', upper((text) => `%${text}`)]
  yield ['JSON-escaped', each((text) => String.raw`\u00${text}`)]
  yield ['JSON-escaped', upper((text) => String.raw`\u00${text}`)]
  // In the middle of a longer text that is encoded as a whole, it may begin at any of three positions of a group.
  for (const offset of [0, 1, 2]) {
    yield ['base64', Buffer.from(inside(piece, offset, 'base64'))]
    yield ['base64url', Buffer.from(inside(piece, offset, 'base64url'))]
  }
}

/** The characters that depend on the piece alone, whatever stands before and after it. */
function inside(piece: Buffer, offset: number, encoding: 'base64' | 'base64url'): string {
  const whole = Buffer.concat([Buffer.alloc(offset), piece])
    .toString(encoding)
    .replace(/=+$/, '')
  const first = Math.ceil((offset * 8) / 6)
  const last = Math.floor(((offset + piece.length) * 8) / 6)
  return whole.slice(first, last)
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
