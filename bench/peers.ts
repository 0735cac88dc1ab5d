#!/usr/bin/env node
import {execFile} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {promisify} from 'node:util'
import {BARE, type Candidate, isQuiet, measureInTurn, measureRun, medians, table} from './measure.ts'
import {CLI, ROOT} from './signed-in.ts'

/** `--version` and `--help` of tools of the kind, brought from npm into a temporary folder, and of those that this machine has. */
const FROM_NPM = {heroku: 'heroku', sf: '@salesforce/cli', wrangler: 'wrangler'}
const FROM_PATH = ['gh', 'kubelogin']
const ROUNDS = 7

const run = promisify(execFile)
const base = await mkdtemp(path.join(os.tmpdir(), 'bench-peers-'))
const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: base,
  NO_COLOR: '1',
  DO_NOT_TRACK: '1',
  SF_DISABLE_TELEMETRY: 'true',
}
try {
  const npm = path.join(ROOT, 'node_modules/npm/bin/npm-cli.js')
  const tools = new Map([['superset', [process.execPath, CLI]]])
  for (const [name, wanted] of Object.entries(FROM_NPM)) {
    const folder = path.join(base, name)
    const args = [npm, 'install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', wanted]
    await run(process.execPath, args, {maxBuffer: 2 ** 26}).then(
      () => tools.set(name, [path.join(folder, 'node_modules/.bin', name)]),
      (error: Error) => console.log(`${name} is left out: ${error.message.split('\n', 1)[0]}`),
    )
  }

  for (const name of FROM_PATH)
    await run(name, ['--version']).then(
      () => tools.set(name, [name]),
      () => console.log(`${name} is left out: it is not on this machine`),
    )
  const quiet = await isQuiet(env)
  const wanted = [...tools].flatMap(([name, [command = '', ...args]]) =>
    ['--version', '--help'].map((word): Candidate => ({name: `${name} ${word}`, command, args: [...args, word]})),
  )
  const candidates: Candidate[] = []
  for (const candidate of wanted)
    await measureRun(candidate, env).then(
      () => candidates.push(candidate),
      (error: Error) => console.log(`${candidate.name} is left out: ${error.message.slice(0, 200)}`),
    )
  const found = await measureInTurn([BARE, ...candidates], env, ROUNDS)
  const bare = medians(found.get(BARE.name) ?? [])
  const rows = candidates.map(({name}) => {
    const {cpuMs, peakMiB, wallMs} = medians(found.get(name) ?? [])
    // What is not Node, or ends itself in another way, says nothing of its CPU time and memory.
    const own = (value: number, digits: number) => (value > 0 ? value.toFixed(digits) : '-')
    return [name, (wallMs / bare.wallMs).toFixed(2), own(cpuMs / bare.cpuMs, 2), own(peakMiB, 0)]
  })
  console.log(`\n${table([['command', 'wall', 'CPU', 'MiB'], ...rows])}`)
  if (!quiet) process.exitCode = 75
} finally {
  await rm(base, {recursive: true, force: true})
}
