import process from 'node:process'
import {Refusal} from './plan/refusal.ts'

/** Runs a script of this folder. What it refuses is told in its own words; a fault of ours with its stack. */
export async function report(main: () => Promise<void> | void): Promise<void> {
  try {
    await main()
  } catch (error) {
    const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
    const text =
      error instanceof Refusal || isUsage ? error.message : String(error instanceof Error ? error.stack : error)
    process.stderr.write(`${text}\n`)
    process.exitCode = 1
  }
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
