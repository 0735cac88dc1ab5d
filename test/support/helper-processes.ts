import {readdir, readFile} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Home} from './cli.ts'

/** Why the processes of others cannot be looked at here, or `undefined` where they can. */
export function processesHidden(): string | undefined {
  return process.platform === 'linux' ? undefined : 'the helper is found by /proc, which Linux alone has'
}

/** The refresh helpers that are at work for this home: detached, so nobody's children; the kernel knows their HOME. */
export async function helpersOf(home: Home): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(async (pid) => ((await isHelperOf(pid, home)) ? Number(pid) : undefined)))
  return found.filter((pid) => pid !== undefined)
}

/** Waits until a helper of this home is there; `undefined` when `stop` came true first. */
export async function awaitHelper(home: Home, stop: () => boolean): Promise<number | undefined> {
  for (;;) {
    const [pid] = await helpersOf(home)
    if (pid !== undefined || stop()) return pid
    await sleep(2)
  }
}

/** @returns false when it was gone already */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

async function isHelperOf(pid: string, home: Home): Promise<boolean> {
  const command = await read(`/proc/${pid}/cmdline`)
  if (!command.split('\0').some((part) => part.endsWith('/helper.js'))) return false
  return (await read(`/proc/${pid}/environ`)).split('\0').includes(`HOME=${home.path}`)
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    // It ended while we looked, or it is somebody else's.
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return ''
    throw error
  }
}
