import type {KeyObject} from 'node:crypto'
import {rmSync} from 'node:fs'
import path from 'node:path'
import {rawPublicKey} from './plan/keys.ts'
import {judgeReadiness, type ScopeRecord} from './plan/readiness.ts'
import {readTrustedKeys} from './steps/keys.ts'
import {pack, type PackedArchive} from './steps/pack.ts'
import {publish} from './steps/publish.ts'
import {readJson, readManifest} from './steps/source.ts'

export const ROOT = path.dirname(import.meta.dirname)

export interface TestRelease {
  readonly version: string
  readonly channel: string
  /** Private Ed25519 keys. All sign; the first two are what the installation trusts, current and next. */
  readonly keys: readonly KeyObject[]
  /** The folder that is served. */
  readonly out: string
  /** Where it will be served: an address of this machine. */
  readonly host: string
  readonly platform?: string
  /** Keys to trust, where they are others than those that sign: current and next. */
  readonly trusted?: readonly KeyObject[]
}

/** Packs the CLI as it is built and publishes it, as a test build: for tests of installing and updating. */
export async function buildRelease(release: TestRelease): Promise<PackedArchive> {
  const {version, channel, keys, out, host, platform = 'linux-x64', trusted = keys} = release
  const [current = null, next = null] = trusted.map((key) => rawPublicKey(key).toString('base64url'))
  const readiness = readyFor({testKeys: {current, next}, testHost: host})
  const packedTo = `${out}-packed`
  try {
    // Stored, not packed: most of the work of an archive is to make it small.
    const fast = {level: 0, fresh: false} as const
    const packed = await pack({root: ROOT, platform, version, channel, readiness, out: packedTo, ...fast})
    publish(path.join(packedTo, packed.file), {keys, channel, www: out, now: new Date()})
    return packed
  } finally {
    rmSync(packedTo, {recursive: true, force: true})
  }
}

/** @throws Refusal where a real release is asked for, and something of it is missing */
export function readyFor(asked: Pick<Parameters<typeof judgeReadiness>[0], 'testHost' | 'testKeys'>) {
  return judgeReadiness({
    ...asked,
    scope: readJson<ScopeRecord>(path.join(ROOT, 'release/scope.json')),
    keys: readTrustedKeys(path.join(ROOT, 'release/keys.json')),
    host: readManifest(ROOT).superset.update.host,
  })
}
