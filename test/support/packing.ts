import {readdirSync} from 'node:fs'
import path from 'node:path'
import {readyFor, ROOT} from '../../release/build.ts'
import {makeKeyPair, type KeyPair} from '../../release/steps/keys.ts'
import {pack, type PackedArchive, type PackOptions} from '../../release/steps/pack.ts'

export {ROOT}

export const KEYS: KeyPair = makeKeyPair()

export function packForTest(out: string, options: Partial<PackOptions> = {}): Promise<PackedArchive> {
  const readiness = readyFor({testKeys: {current: KEYS.publicKey, next: null}})
  return pack({root: ROOT, platform: 'linux-x64', version: '1.2.3', readiness, out, level: 9, fresh: false, ...options})
}

/** Every file, link and folder below, dots included (which globs pass over), in order. */
export function everythingBelow(folder: string): string[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .map((file) => file.replaceAll(path.sep, '/'))
    .toSorted()
}
