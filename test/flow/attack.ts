import type {UpdateRequest} from '../../src/update/decide.ts'
import type {Limits} from '../../src/update/request.ts'
import {PLATFORM, type ReleaseHost} from '../support/update-host.ts'

export const POINTER = `channels/stable/${PLATFORM}.json`
export const VERSION = `versions/1.1.0/${PLATFORM}.json`
export const INDEX = `versions/${PLATFORM}.json`
export const ARCHIVE = `versions/1.1.0/superset-v1.1.0-${PLATFORM}.tar.gz`

export interface Payload {
  [key: string]: unknown
  archive: {file: string; size: number; sha256: string}
}

export interface Stage {
  readonly host: ReleaseHost
  /** What the true pointer says. */
  readonly payload: Payload
  readonly archive: Buffer
}

export interface Attack {
  readonly name: string
  readonly code: string
  readonly exit?: number
  readonly message?: RegExp
  readonly asked?: UpdateRequest
  /** Where the attack is to be slow: how little it takes to be too slow. */
  readonly limits?: Limits
  readonly attack: (stage: Stage) => void
  /** Where the archive may have been asked for: what was signed for it is checked only then. */
  readonly downloads?: boolean
}

export interface Envelope {
  payload: string
  signatures: {key: string; signature: string}[]
}

export function edit({host}: Stage, name: string, change: (envelope: Envelope) => unknown): void {
  const value = JSON.parse(String(host.files.get(name))) as Envelope
  change(value)
  host.files.set(name, Buffer.from(JSON.stringify(value)))
}

export const flipped = (bytes: Buffer, at: number) =>
  Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)))
