#!/usr/bin/env node
import process from 'node:process'
import {isQuiet, measureInTurn, medians, table} from './measure.ts'
import {CLI, signIn} from './signed-in.ts'

/** What long lists cost: time and memory of `tasks list --all` from 10 to 10,000 rows, and the slope between the last two. */
const SIZES = [10, 100, 1000, 10_000]
const ROUNDS = 5

const {close, env, sandbox} = await signIn()
try {
  const quiet = await isQuiet(env)
  const found: {size: number; cpuMs: number; peakMiB: number; wallMs: number}[] = []
  let there = 0
  for (const size of SIZES) {
    sandbox.addTasks(Array.from({length: size - there}, (_, index) => ({title: `Task ${there + index}`})))
    there = size
    const one = {name: `${size}`, command: process.execPath, args: [CLI, 'tasks', 'list', '--all', '--json']}
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
