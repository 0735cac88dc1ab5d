import {execFile} from 'node:child_process'
import {createHmac} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {homedir, hostname} from 'node:os'
import {promisify} from 'node:util'

/** The desktop app and the host daemon derive the id of a host with it; a machine is the same host to all programs. */
const KEY = 'superset-desktop-device-id-v1'
const TIMEOUT_MS = 5000

const SOURCES: Readonly<Record<string, () => Promise<string | undefined>>> = {
  async linux() {
    return (await firstLine('/etc/machine-id')) ?? (await firstLine('/var/lib/dbus/machine-id'))
  },
  async darwin() {
    const text = await output('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice'])
    return /"IOPlatformUUID" = "([^"]+)"/.exec(text)?.[1]
  },
  async win32() {
    const text = await output('reg', ['query', String.raw`HKLM\SOFTWARE\Microsoft\Cryptography`, '/v', 'MachineGuid'])
    return /MachineGuid\s+REG_SZ\s+(\S+)/.exec(text)?.[1]
  },
}

let known: Promise<string> | undefined

/** The id of this machine among the hosts of an organization. */
export function thisHostId(): Promise<string> {
  known ??= machineId().then((id) => hostIdOf(id))
  return known
}

export function hostIdOf(machine: string): string {
  return createHmac('sha256', KEY).update(machine).digest('hex').slice(0, 32)
}

async function machineId(): Promise<string> {
  const id = await SOURCES[process.platform]?.()
  return id || `${hostname()}-${homedir()}-superset-fallback`
}

/** Of a file that containers and other systems lack: whatever keeps us from reading it, it is not known. */
async function firstLine(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    return undefined
  }
}

/** Nothing where the program is missing, or fails. */
async function output(program: string, words: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(program, [...words], {timeout: TIMEOUT_MS, windowsHide: true})).stdout
  } catch (error) {
    if ((error as {code?: unknown}).code === undefined) throw error
    return ''
  }
}
