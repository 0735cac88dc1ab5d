import {readdir, readFile, readlink} from 'node:fs/promises'

const LISTEN = '0A'

/** The process that listens on a port of this machine, where the system tells without further rights. */
export async function holderOfPort(port: number): Promise<number | undefined> {
  // Only Linux says so in files; elsewhere it would take another program.
  const sockets = new Set([...(await listeners('/proc/net/tcp', port)), ...(await listeners('/proc/net/tcp6', port))])
  if (sockets.size === 0) return undefined
  for (const pid of await namesIn('/proc')) {
    if (/^\d+$/.test(pid) && (await holdsOne(pid, sockets))) return Number(pid)
  }

  return undefined
}

/** What the links in `/proc/<pid>/fd` say for the sockets that listen on the port (proc(5)). */
async function listeners(table: string, port: number): Promise<readonly string[]> {
  const text = await readFile(table, 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    return state === LISTEN && Number.parseInt(local.split(':')[1] ?? '', 16) === port ? [`socket:[${inode}]`] : []
  })
}

async function holdsOne(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const links = (await namesIn(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => ''))
  return (await Promise.all(links)).some((link) => sockets.has(link))
}

/** Nothing of processes that are gone or somebody else's. */
function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}
