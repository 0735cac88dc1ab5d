#!/usr/bin/env node
import {execFile} from 'node:child_process'
import process from 'node:process'
import {promisify} from 'node:util'
import {isQuiet, measureInTurn, medians, table} from './measure.ts'
import {CLI, signIn} from './signed-in.ts'

/** What long lists cost: time and memory of `tasks list --all` from 10 to 10,000 rows, and the slope between the last two. */
const SIZES = [10, 100, 1000, 10_000]
const ROUNDS = 3

const {close, env, sandbox} = await signIn()
async function countTasks(): Promise<number> {
  const args = [CLI, 'tasks', 'list', '--all', '--json']
  const {stdout} = await promisify(execFile)(process.execPath, args, {env, maxBuffer: 2 ** 28})
  return (JSON.parse(stdout) as unknown[]).length
}

try {
  const quiet = await isQuiet(env)
  const found: {size: number; cpuMs: number; peakMiB: number; wallMs: number}[] = []
  let there = await countTasks()
  for (const size of SIZES) {
    sandbox.addTasks(
      Array.from({length: size - there}, (_, index) => ({title: `Task ${there + index}`})),
      sandbox.organizations.acme.id,
    )
    there = size
    const one = {name: `${size}`, command: process.execPath, args: [CLI, 'tasks', 'list', '--all', '--json']}
    if ((await countTasks()) !== size) throw new Error(`not all of ${size} tasks are listed`)
    const usages = (await measureInTurn([one], env, ROUNDS)).get(one.name) ?? []
    found.push({size, ...medians(usages)})
  }

  const rows = found.map(({cpuMs, peakMiB, size, wallMs}) => [
    `${size}`,
    ...[wallMs, cpuMs, peakMiB].map((value) => value.toFixed(0)),
  ])
  console.log(`\n${table([['rows', 'wall ms', 'CPU ms', 'MiB'], ...rows])}`)
  const [before, last] = found.slice(-2)
  if (before && last) {
    const perThousand = (one: number, other: number) => ((other - one) / (last.size - before.size)) * 1000
    console.log(
      `\nFor each further thousand rows ${perThousand(before.wallMs, last.wallMs).toFixed(0)} ms and ${perThousand(before.peakMiB, last.peakMiB).toFixed(1)} MiB.`,
    )
  }
  if (!quiet) process.exitCode = 75
} finally {
  await close()
}
