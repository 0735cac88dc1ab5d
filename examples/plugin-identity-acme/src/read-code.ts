import {createInterface} from 'node:readline'

/** The first line of what is piped in, or what a person types; `undefined` where that would wait for nobody. */
export async function readCode(interactive: boolean): Promise<string | undefined> {
  if (process.stdin.isTTY && !interactive) return undefined
  if (interactive) process.stderr.write('One-time code: ')
  const lines = createInterface({input: process.stdin})
  try {
    for await (const line of lines) return line.trim()
    return undefined
  } finally {
    lines.close()
  }
}
