import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {createHash} from 'node:crypto'
import path from 'node:path'
import {stagedLock} from '../plan/manifest.ts'
import type {Platform} from '../plan/platform.ts'
import type {Sbom} from '../plan/sbom.ts'
import {npm} from './run.ts'
import {BUNDLED, readJson, readLock, readManifest} from './source.ts'

export interface Stage {
  /** Holds node_modules, as npm made it; nothing is ever changed in it. */
  readonly folder: string
  readonly sbom: Sbom
}

/**
 * The dependencies that the CLI has at run time, for one platform, exactly as the lock file names them.
 * @param fresh false: a folder that was made from the same lock file before is taken again
 */
export function stageDependencies(root: string, platform: Platform, fresh: boolean): Stage {
  const {manifest, lock} = stagedLock(readManifest(root), readLock(root), BUNDLED)
  const texts = {'package.json': toText(manifest), 'package-lock.json': toText(lock)}
  const digest = createHash('sha256')
    .update(JSON.stringify([texts, platform.npm]))
    .digest('hex')
    .slice(0, 12)
  const base = path.join(root, 'tmp/release')
  const folder = path.join(base, `${platform.name}-${digest}`)
  if (fresh || !existsSync(folder)) {
    mkdirSync(base, {recursive: true})
    const draft = mkdtempSync(path.join(base, '.stage-'))
    for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(draft, name), text)
    cpSync(path.join(root, '.npmrc'), path.join(draft, '.npmrc'))
    for (const name of BUNDLED) {
      mkdirSync(path.join(draft, name), {recursive: true})
      cpSync(path.join(root, name, 'package.json'), path.join(draft, name, 'package.json'))
    }

    npm(root, ['ci', '--omit=dev', '--ignore-scripts', ...platform.npm], draft)
    writeFileSync(path.join(draft, 'sbom.json'), npm(root, ['sbom', '--sbom-format=cyclonedx', '--omit=dev'], draft))
    replaceFolder(draft, folder)
  }

  return {folder, sbom: readJson<Sbom>(path.join(folder, 'sbom.json'))}
}

/** Two who pack at once may both have made it: what is there already is as good. */
function replaceFolder(draft: string, folder: string): void {
  rmSync(folder, {recursive: true, force: true})
  try {
    renameSync(draft, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(draft, {recursive: true})
  }
}

function toText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

export function digestOf(file: string, algorithm: 'sha256' | 'sha512'): Buffer {
  return createHash(algorithm).update(readFileSync(file)).digest()
}
