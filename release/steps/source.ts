import {existsSync, globSync, readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {readEnvironment} from './env.ts'
import type {Lock, Manifest} from '../plan/manifest.ts'
import {Refusal} from '../plan/refusal.ts'
import {run} from './run.ts'

/** Our own packages that come with the CLI, as real folders. */
export const BUNDLED = ['packages/identity', 'packages/plugin-auth'] as const

export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T
}

export function readManifest(root: string, folder = '.'): Manifest {
  return readJson<Manifest>(path.join(root, folder, 'package.json'))
}

export function readLock(root: string): Lock {
  return readJson<Lock>(path.join(root, 'package-lock.json'))
}

/** The time that every file of an archive bears: that of the commit, or what SOURCE_DATE_EPOCH says. */
export function sourceDate(root: string): Date {
  const {sourceDateEpoch} = readEnvironment()
  const seconds = Number(sourceDateEpoch ?? run('git', ['log', '-1', '--format=%ct'], root).trim())
  if (!Number.isSafeInteger(seconds)) throw new Refusal('SOURCE_DATE_EPOCH is not a number of seconds.')
  return new Date(seconds * 1000)
}

/**
 * What was compiled is what is packed: nothing that has lost its source, no bundle older than what it bundles.
 * @throws Refusal naming the first such file
 */
export function demandFresh(root: string): void {
  for (const folder of ['.', ...BUNDLED]) {
    const dist = path.join(root, folder, 'dist')
    const compiled = globSync('**/*.js', {cwd: dist, exclude: ['fast/**']})
    if (compiled.length === 0) throw new Refusal(`${path.relative(root, dist)} is empty: run \`npm run build\` first.`)
    for (const file of compiled) {
      const source = path.join(root, folder, 'src', file.replace(/js$/, 'ts'))
      const name = path.join(folder, 'dist', file)
      if (!existsSync(source))
        throw new Refusal(`${name} has no source any more: remove dist, and run \`npm run build\`.`)
      if (statSync(source).mtimeMs > statSync(path.join(dist, '.tsbuildinfo')).mtimeMs)
        throw new Refusal(`${name} is older than its source: run \`npm run build\` first.`)
    }

    const bundles = statSync(path.join(root, 'dist/fast/plugins.json'), {throwIfNoEntry: false})
    if (!bundles || bundles.mtimeMs < statSync(path.join(dist, '.tsbuildinfo')).mtimeMs)
      throw new Refusal('The bundles are older than what they bundle: run `npm run build` first.')
  }
}

/** Compiles and bundles: what is packed is what the sources say now. */
export function buildSources(root: string): void {
  run(process.execPath, [path.join(root, 'node_modules/@typescript/native/bin/tsc'), '-b'], root)
  run(process.execPath, [path.join(root, 'bin/sweep.js')], root)
  run(process.execPath, [path.join(root, 'bin/manifest.js'), '--check'], root)
  run(process.execPath, [path.join(root, 'bin/bundle.js')], root)
}
