/**
 * Takes a lock again and again, while it is deleted again and again by whoever finds it free:
 * `node contend-for-lock.ts <home> <digest> <rounds>`. Prints how often another process was inside as well.
 */
import {mkdirSync, rmdirSync, utimesSync} from 'node:fs'
import {isAbsent} from '../../src/files/safe-read.ts'
import path from 'node:path'
import {takeLock} from '../../src/ledger/lock.ts'
import {sweepLocks} from '../../src/ledger/sweep-locks.ts'
import {tokenLocks} from '../../src/ledger/token-locks.ts'

const [, , homeDir = '', digest = '', rounds = '1'] = process.argv
const {refreshing} = tokenLocks(homeDir, {digest})
const inside = path.join(homeDir, 'inside')
let clashes = 0
for (let round = 0; round < Number(rounds); round++) {
  {
    using lock = await takeLock(refreshing, 60_000)
    if (!lock) throw new Error('a minute was not enough')
    try {
      mkdirSync(inside)
      rmdirSync(inside)
    } catch {
      clashes++
    }
  }

  try {
    utimesSync(refreshing, 0, 0)
  } catch (error) {
    // Another one has just deleted it.
    if (!isAbsent(error)) throw error
  }

  await sweepLocks(homeDir, Date.now())
}

process.stdout.write(String(clashes))
