import {spawnSync} from 'node:child_process'
import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {CliOptions, Home} from './cli.ts'

/** What `/etc/machine-id` holds; `undefined`: the file cannot be used, as where there is none. */
export type MachineId = string | undefined

/**
 * The same processes with another `/etc/machine-id`, in a mount namespace of their own.
 * @returns why that is not possible here, or the options of a run
 */
export async function onMachine(home: Home, id: MachineId): Promise<CliOptions | string> {
  const file = path.join(home.path, `machine-id-${id ?? 'none'}`)
  await writeFile(file, id === undefined ? '' : `${id}\n`)
  const mountAndRun = 'mount --bind "$0" /etc/machine-id && exec "$@"'
  const prefix = ['unshare', '--mount', 'sh', '-c', mountAndRun, file]
  const {status, stderr} = spawnSync(prefix[0] ?? '', [...prefix.slice(1), 'true'], {encoding: 'utf8'})
  return status === 0 ? {prefix} : `no other machine can be feigned here: ${stderr.trim()}`
}
