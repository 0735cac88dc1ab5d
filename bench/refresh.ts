#!/usr/bin/env node
import {rm} from 'node:fs/promises'
import process from 'node:process'
import {setTimeout} from 'node:timers/promises'
import {isQuiet, measureRun, median, table} from './measure.ts'
import {CLI, signIn} from './signed-in.ts'

/** How long runs wait for a refresh when 1, 10, 50 and 100 of them meet an expired token, and how many requests they send. */
const CROWDS = [1, 10, 50, 100]
const WEEK_SECONDS = 7 * 24 * 3600

const rows: string[][] = []
let quiet = true
for (const size of CROWDS) {
  const {close, env, home, sandbox} = await signIn()
  try {
    quiet &&= await isQuiet(env)
    const list = {name: 'tasks list', command: process.execPath, args: [CLI, 'tasks', 'list']}
    const crowd = () => Promise.all(Array.from({length: size}, () => measureRun(list, env)))
    const fresh = await crowd()
    sandbox.setAccessTokenSeconds(1)
    await rm(`${home}/.superset`, {recursive: true, force: true})
    await measureRun(
      {name: 'auth login', command: process.execPath, args: [CLI, 'auth', 'login', '--storage', 'key']},
      env,
    )
    await setTimeout(1500)
    sandbox.setAccessTokenSeconds(WEEK_SECONDS)
    const refreshes = () => sandbox.counters.token['refresh_token'] ?? 0
    const before = refreshes()
    const expired = await crowd()
    const wall = (runs: typeof fresh) => runs.map(({wallMs}) => wallMs)
    const worst = Math.max(...wall(expired))
    rows.push([
      `${size}`,
      median(wall(fresh)).toFixed(0),
      median(wall(expired)).toFixed(0),
      worst.toFixed(0),
      `${refreshes() - before}`,
    ])
  } finally {
    await close()
  }
}

console.log(`\n${table([['runs at once', 'fresh ms', 'expired ms', 'worst ms', 'refreshes'], ...rows])}`)
if (!quiet) process.exitCode = 75
