#!/usr/bin/env node
import {execFile} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {parseArgs, promisify} from 'node:util'
import {readyFor} from '../release/build.ts'
import {packNpm} from '../release/steps/pack-npm.ts'
import {KEYS, packForTest} from '../test/support/packing.ts'
import {BARE, type Candidate, isQuiet, measureInTurn, medians, table, type Usage} from './measure.ts'
import {CLI, ROOT, signIn} from './signed-in.ts'

/**
 * What starting costs, as ratios to a bare `node -e 0` in one interleaved run: wall time, CPU time, and peak memory. With
 * `--packed` also from the unpacked archive, as the installer leaves it, and from `npm install -g` of the packed file.
 */
const {values} = parseArgs({
  options: {packed: {type: 'boolean', default: false}, rounds: {type: 'string', default: '21'}},
})
const run = promisify(execFile)
const base = await mkdtemp(path.join(os.tmpdir(), 'bench-startup-'))
const keyed = await signIn('key')
const filed = await signIn('file')

/** One program and how it is started. */
interface Program {
  readonly from: string
  readonly command: string
  readonly args: readonly string[]
}

function startsOf({args, command, from}: Program): Candidate[] {
  const one = (name: string, words: string, goal: number, more: Partial<Candidate> = {}): Candidate => ({
    name: `${from}: ${name}`,
    command,
    args: [...args, ...words.split(' ')],
    goal,
    ...more,
  })
  const emptied = {before: () => rm(path.join(filed.home, '.cache'), {recursive: true, force: true})}
  return [
    one('--version', '--version', 1.15),
    one('--help', '--help', 2),
    one('tasks list --help', 'tasks list --help', 2),
    one('a completion', 'autocomplete complete -- ta', 2),
    one('auth status, key', 'auth status', 2.2),
    one('auth status, file', 'auth status', 2.2, {env: filed.env}),
    one('tasks list, key', 'tasks list', 2.6),
    one('tasks list, file', 'tasks list', 2.6, {env: filed.env}),
    one('tasks list, file, cold cache', 'tasks list', 2.9, {env: filed.env, ...emptied}),
  ]
}

/** As the installer leaves it; the archive is packed, unpacked and compiled here. */
async function fromArchive(): Promise<Program> {
  const {file} = await packForTest(path.join(base, 'out'))
  await run('tar', ['-xzf', path.join(base, 'out', file), '-C', base])
  const folder = path.join(base, 'superset')
  await run(path.join(folder, 'bin/node'), [path.join(folder, 'app/bin/compile.js')])
  return {from: 'archive', command: path.join(folder, 'bin/superset'), args: []}
}

async function fromNpm(): Promise<Program> {
  const readiness = readyFor({testKeys: {current: KEYS.publicKey, next: null}})
  const {file} = packNpm(ROOT, '1.2.3', readiness, path.join(base, 'npm'))
  const npm = path.join(ROOT, 'node_modules/npm/bin/npm-cli.js')
  await run(process.execPath, [npm, 'install', '--global', '--prefix', path.join(base, 'prefix'), '--no-audit', file])
  return {from: 'npm', command: path.join(base, 'prefix/bin/superset'), args: []}
}

function report(found: ReadonlyMap<string, readonly Usage[]>, candidates: readonly Candidate[]): void {
  const bare = medians(found.get(BARE.name) ?? [])
  const rows = candidates.map(({goal, name}) => {
    const {cpuMs, peakMiB, wallMs} = medians(found.get(name) ?? [])
    const ratios = [wallMs / bare.wallMs, cpuMs / bare.cpuMs]
    const verdict = goal === undefined ? '' : ratios.every((ratio) => ratio <= goal) ? 'met' : 'missed'
    return [name, ...ratios.map((ratio) => ratio.toFixed(2)), peakMiB.toFixed(0), goal?.toFixed(2) ?? '', verdict]
  })
  console.log(`\n${table([['start', 'wall', 'CPU', 'MiB', 'goal', ''], ...rows])}`)
}

try {
  const programs: Program[] = [{from: 'clone', command: process.execPath, args: [CLI]}]
  if (values.packed) programs.push(await fromArchive(), await fromNpm())
  const candidates = [BARE, ...programs.flatMap(startsOf)]
  const quiet = await isQuiet(keyed.env)
  report(await measureInTurn(candidates, keyed.env, Number(values.rounds)), candidates)
  process.exitCode = quiet && (await isQuiet(keyed.env)) ? 0 : 75
} finally {
  await keyed.close()
  await filed.close()
  await rm(base, {recursive: true, force: true})
}
