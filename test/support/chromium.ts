import {existsSync} from 'node:fs'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {chromium, type BrowserContext, type Page} from 'playwright-core'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** What keeps a browser from speaking to anybody but us, and lets it run in a container. */
const FLAGS = [
  // Its own sandbox needs rights that a container does not give; it shows pages of ours only.
  '--no-sandbox',
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  // Even a name that some part of the browser asks for behind our back leads nowhere.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
]

/** @returns why no browser can be started here, or `undefined` when one can */
export function chromiumMissing(): string | undefined {
  return programPath() ? undefined : 'Chromium is not installed (apt-get install chromium)'
}

function programPath(): string | undefined {
  return PROGRAMS.find((program) => existsSync(program))
}

/** A real browser without a window, with a profile of its own. */
export class Chromium {
  readonly #context: BrowserContext
  readonly #folder: string

  private constructor(context: BrowserContext, folder: string) {
    this.#context = context
    this.#folder = folder
  }

  static async start(): Promise<Chromium> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'superset-chromium-'))
    const executablePath = programPath()
    if (executablePath === undefined) throw new Error(chromiumMissing())
    const context = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
      executablePath,
      args: [...FLAGS, `--log-net-log=${path.join(folder, 'network.json')}`],
      env: {PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder},
      headless: true,
      timeout: 0,
    })
    context.setDefaultTimeout(0)
    context.setDefaultNavigationTimeout(0)
    return new Chromium(context, folder)
  }

  newPage(): Promise<Page> {
    return this.#context.newPage()
  }

  /** Forgets that anybody is signed in. */
  forget(): Promise<void> {
    return this.#context.clearCookies()
  }

  /** Ends it; returns the hosts that the browser as a whole, not just its pages, has sent something to. */
  async close(): Promise<readonly string[]> {
    try {
      await this.#context.close()
      return peersIn(await readFile(path.join(this.#folder, 'network.json'), 'utf8'))
    } finally {
      await rm(this.#folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 100})
    }
  }
}

interface NetworkLog {
  readonly constants: {readonly logEventTypes: Readonly<Record<string, number>>}
  readonly events: readonly {readonly type: number; readonly params?: {readonly address?: string}}[]
}

/**
 * Whom Chromium sent a packet to, by the log of its network stack: each TCP connection tried and each datagram sent. A
 * UDP socket that is only connected (so it asks the system whether there is a route for IPv6) sends nothing.
 */
function peersIn(log: string): readonly string[] {
  const {constants, events} = JSON.parse(log) as NetworkLog
  const {TCP_CONNECT_ATTEMPT: tcp, UDP_BYTES_SENT: udp} = constants.logEventTypes
  if (tcp === undefined || udp === undefined) throw new Error('the log of this Chromium names its events differently')
  const addresses = events.flatMap(({type, params: {address} = {}}) => {
    if (type === udp) return [address ?? 'a datagram']
    return type === tcp && address !== undefined ? [address] : []
  })
  return addresses.map((address) => address.replace(/:\d+$/, ''))
}
