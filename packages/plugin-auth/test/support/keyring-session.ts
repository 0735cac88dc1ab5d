import {execFileSync, spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {access, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'

const SECRETS = 'org.freedesktop.secrets'
const LOGIN_COLLECTION = '/org/freedesktop/secrets/collection/login'
const NEEDED = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon']

export interface KeyringOptions {
  /** False: a session bus without any keyring on it. Default true. */
  readonly daemon?: boolean
  /** True: D-Bus starts the daemon again (locked) when it is asked for after its death, as on a desktop. */
  readonly activation?: boolean
  /** `hangs`: a prompt that appears and that nobody answers. Default `none`: the daemon dismisses prompts at once. */
  readonly prompter?: 'hangs' | 'none'
}

/** A real gnome-keyring on a D-Bus session bus of its own: it sees nothing of the person's keyring, nor that of it. */
export interface KeyringSession extends AsyncDisposable {
  /** To be merged into the environment of a child. */
  readonly env: Readonly<Record<string, string>>
  /** Locks the login collection, as a screen lock or a log-out would. */
  lock(): void
  /** `kill -9` of the daemon; resolves when it is gone. */
  kill(): Promise<void>
  /** Names of the entries (accounts) that are there, without unlocking anything. */
  stop(): Promise<void>
}

/** @returns why no keyring can be started on this machine, or `undefined` when it can */
export async function keyringMissing(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'gnome-keyring runs on Linux only'
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  for (const program of NEEDED) {
    const found = await Promise.all(folders.map((folder) => isThere(join(folder, program))))
    if (!found.includes(true)) return `${program} is not installed (apt-get install gnome-keyring dbus)`
  }

  return undefined
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

export async function startKeyring(options: KeyringOptions = {}): Promise<KeyringSession> {
  const root = await mkdtemp(join(tmpdir(), 'superset-keyring-'))
  const env = await prepare(root, options)
  const bus = spawn(
    'dbus-daemon',
    ['--nofork', '--nopidfile', '--print-address=1', '--config-file', join(root, 'bus.conf')],
    {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const [address] = (await once(bus.stdout, 'data')) as [Buffer]
  env['DBUS_SESSION_BUS_ADDRESS'] = address.toString().trim()
  const daemon = options.daemon === false ? undefined : await startDaemon(env)

  const stop = async (): Promise<void> => {
    await end(daemon)
    await end(bus)
    await endActivated(root)
    await rm(root, {recursive: true, force: true, maxRetries: 5, retryDelay: 50})
  }

  return {
    env,
    lock() {
      send(env, [
        `--dest=${SECRETS}`,
        '/org/freedesktop/secrets',
        'org.freedesktop.Secret.Service.Lock',
        `array:objpath:${LOGIN_COLLECTION}`,
      ])
    },
    kill: () => end(daemon),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function prepare(root: string, options: KeyringOptions): Promise<Record<string, string>> {
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(root, 'home'),
    XDG_RUNTIME_DIR: join(root, 'run'),
    XDG_DATA_HOME: join(root, 'data'),
    XDG_CONFIG_HOME: join(root, 'config'),
    XDG_CACHE_HOME: join(root, 'cache'),
    PIDS: join(root, 'pids'),
  }
  const services = join(root, 'services')
  for (const folder of [env['HOME'], env['XDG_RUNTIME_DIR'], env['XDG_DATA_HOME'], env['XDG_CONFIG_HOME'], services]) {
    await mkdir(folder ?? '', {mode: 0o700})
  }

  await writeFile(join(root, 'bus.conf'), busConfiguration(env['XDG_RUNTIME_DIR'] ?? '', services))
  // What D-Bus starts by itself leaves its process id behind, so that exactly that process can be ended.
  const starting = async (name: string, command: string): Promise<void> => {
    const script = join(root, `${name}.sh`)
    await writeFile(script, `#!/bin/sh\necho $$ >> '${join(root, 'pids')}'\nexec ${command}\n`, {mode: 0o700})
    await writeFile(join(services, `${name}.service`), `[D-BUS Service]\nName=${name}\nExec=${script}\n`)
  }

  if (options.activation) await starting(SECRETS, 'gnome-keyring-daemon --foreground --components=secrets')
  if (options.prompter === 'hangs') await starting('org.gnome.keyring.SystemPrompter', 'sleep 600')
  return env
}

function busConfiguration(runtime: string, services: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${runtime}/bus</listen>
  <servicedir>${services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`
}

/** The password on stdin creates the login collection and unlocks it. */
async function startDaemon(env: Record<string, string>): Promise<ChildProcess> {
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  daemon.stdin.end('password')
  // Its name on the bus is the sign that it serves; there is no event for that without a D-Bus library.
  while (!hasCollection(env)) {
    if (daemon.exitCode !== null || daemon.signalCode !== null) throw new Error('gnome-keyring did not come up')
    await delay(25)
  }

  return daemon
}

function hasCollection(env: Record<string, string>): boolean {
  try {
    const owner = send(env, [
      '--dest=org.freedesktop.DBus',
      '/org/freedesktop/DBus',
      'org.freedesktop.DBus.NameHasOwner',
      `string:${SECRETS}`,
    ])
    if (!owner.includes('true')) return false
    return send(env, [
      `--dest=${SECRETS}`,
      '/org/freedesktop/secrets',
      'org.freedesktop.Secret.Service.ReadAlias',
      'string:default',
    ]).includes(LOGIN_COLLECTION)
  } catch {
    return false
  }
}

function send(env: Record<string, string>, args: readonly string[]): string {
  return execFileSync('dbus-send', ['--session', '--print-reply', ...args], {env, encoding: 'utf8', stdio: 'pipe'})
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function endActivated(root: string): Promise<void> {
  const pids = await readFile(join(root, 'pids'), 'utf8').catch(() => '')
  for (const pid of pids.split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch (error) {
      if ((error as {code?: string}).code !== 'ESRCH') throw error
    }
  }
}

/**
 * A session bus that accepts every connection and never says anything: one that was stopped, or whose forwarding broke.
 * @param greets it authenticates whoever comes, and is silent only after that
 */
export async function startSilentBus({greets = false} = {}): Promise<AsyncDisposable & {readonly address: string}> {
  const root = await mkdtemp(join(tmpdir(), 'superset-bus-'))
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    if (greets) socket.on('data', (data) => void (data.includes('AUTH') && socket.write(`OK ${'0'.repeat(32)}\r\n`)))
    else socket.resume()
  })
  server.listen(join(root, 'bus'))
  await once(server, 'listening')
  return {
    address: `unix:path=${join(root, 'bus')}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await rm(root, {recursive: true, force: true, maxRetries: 5, retryDelay: 50})
    },
  }
}
