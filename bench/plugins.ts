#!/usr/bin/env node
import {mkdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {BARE, type Candidate, isQuiet, measureInTurn, medians, table} from './measure.ts'
import {CLI, signIn} from './signed-in.ts'

/** What each further plugin of the user adds to a start that is none of its own: 0 to 100 linked ones. */
const COUNTS = [0, 1, 10, 100]
const ROUNDS = 11

const {close, env, home} = await signIn()
const data = path.join(home, '.local/share/superset')

async function link(count: number): Promise<void> {
  await rm(data, {recursive: true, force: true})
  if (count === 0) return
  const plugins: {name: string; root: string; type: string}[] = []
  for (let index = 0; index < count; index++) {
    const name = `plugin-${index}`
    const root = path.join(home, 'plugins', name)
    await mkdir(path.join(root, 'commands'), {recursive: true})
    const id = `acme:say${index}`
    const command = {
      aliases: [],
      args: {},
      flags: {},
      hiddenAliases: [],
      id,
      isESM: true,
      relativePath: ['commands', 'say.js'],
      strict: true,
      pluginName: name,
      pluginAlias: name,
      pluginType: 'link',
    }
    await writeFile(
      path.join(root, 'oclif.manifest.json'),
      JSON.stringify({commands: {[id]: command}, version: '1.0.0'}),
    )
    await writeFile(
      path.join(root, 'package.json'),
      JSON.stringify({name, version: '1.0.0', type: 'module', oclif: {commands: './commands'}}),
    )
    plugins.push({name, root, type: 'link'})
  }

  await mkdir(data, {recursive: true, mode: 0o700})
  await writeFile(path.join(data, 'package.json'), JSON.stringify({dependencies: {}, oclif: {plugins, schema: 1}}))
}

try {
  const quiet = await isQuiet(env)
  const candidates: Candidate[] = COUNTS.map((count) => ({
    name: `${count} plugins`,
    command: process.execPath,
    args: [CLI, 'auth', 'status'],
    before: () => link(count),
  }))
  const found = await measureInTurn([BARE, ...candidates], env, ROUNDS)
  const bare = medians(found.get(BARE.name) ?? [])
  const ratios = candidates.map(({name}) => {
    const {cpuMs, wallMs} = medians(found.get(name) ?? [])
    return [wallMs / bare.wallMs, cpuMs / bare.cpuMs] as const
  })
  const rows = candidates.map(({name}, index) => [name, ...(ratios[index] ?? []).map((ratio) => ratio.toFixed(2))])
  console.log(`\n${table([['auth status with', 'wall', 'CPU'], ...rows])}`)
  const each = ((ratios.at(-1)?.[0] ?? 0) - (ratios[0]?.[0] ?? 0)) / (COUNTS.at(-1) ?? 1)
  console.log(`\nEach plugin adds ${each.toFixed(3)} bare starts.`)
  if (!quiet) process.exitCode = 75
} finally {
  await close()
}
