import {spawn, spawnSync, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer, type AddressInfo} from 'node:net'
import os from 'node:os'
import path from 'node:path'
import {writePackage} from './identity-plugin.ts'
import type {PackageFiles} from './registry.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const TOOLS = path.join(ROOT, 'tools/verdaccio')
const NPM = path.join(ROOT, 'node_modules/npm/bin/npm-cli.js')

/** A real registry on loopback, without uplinks. Everybody reads but the scope @private, which wants a token. */
export class Verdaccio implements AsyncDisposable {
  readonly url: string
  readonly #folder: string
  #server: ChildProcess
  token = ''

  private constructor(url: string, folder: string, server: ChildProcess) {
    this.url = url
    this.#folder = folder
    this.#server = server
  }

  /** Brings it, where it is not there yet: half a minute. */
  static async start(): Promise<Verdaccio> {
    if (!existsSync(path.join(TOOLS, 'node_modules/verdaccio/package.json'))) bring()
    const folder = await mkdtemp(path.join(os.tmpdir(), 'verdaccio-'))
    const url = `http://127.0.0.1:${await freePort()}/`
    await writeFile(path.join(folder, 'config.yaml'), configuration(folder))
    const verdaccio = new Verdaccio(url, folder, launch(url, folder))
    await verdaccio.#ready()
    await verdaccio.#register()
    return verdaccio
  }

  /** The line of an .npmrc that carries the token. */
  get npmrc(): string {
    return `//${new URL(this.url).host}/:_authToken=${this.token}\n`
  }

  /** As its author would: with npm. */
  async publish(files: PackageFiles): Promise<void> {
    const folder = await mkdtemp(path.join(this.#folder, 'package-'))
    await writePackage(folder, files)
    await writeFile(path.join(folder, '.npmrc'), this.npmrc)
    const args = [NPM, 'publish', '--ignore-scripts', `--registry=${this.url}`, '--access=public', '--loglevel=error']
    const {status, stderr} = spawnSync(process.execPath, args, {cwd: folder, encoding: 'utf8'})
    if (status !== 0) throw new Error(stderr)
  }

  /** It is not there any more, and comes back with `restart`. */
  async stop(): Promise<void> {
    this.#server.kill()
    if (this.#server.exitCode === null) await once(this.#server, 'exit')
  }

  async restart(): Promise<void> {
    this.#server = launch(this.url, this.#folder)
    await this.#ready()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.#folder, {recursive: true, force: true, maxRetries: 5})
  }

  async #ready(): Promise<void> {
    const {stdout, stderr} = this.#server
    let said = ''
    for (const stream of [stdout, stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (said += text))
    const {promise, reject, resolve} = Promise.withResolvers<void>()
    stdout?.on('data', () => said.includes('http address') && resolve())
    this.#server.once('exit', () => reject(new Error(`verdaccio ended: ${said}`)))
    await promise
  }

  async #register(): Promise<void> {
    const answer = await fetch(new URL('-/user/org.couchdb.user:ada', this.url), {
      method: 'PUT',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({name: 'ada', password: 'a password of ada'}),
    })
    const {token} = (await answer.json()) as {token?: string}
    if (token === undefined) throw new Error(`verdaccio gave no token: ${answer.status}`)
    this.token = token
  }
}

function bring(): void {
  const args = [NPM, 'ci', '--ignore-scripts', '--include=dev', '--loglevel=error']
  const {status, stderr} = spawnSync(process.execPath, args, {cwd: TOOLS, encoding: 'utf8'})
  if (status !== 0) throw new Error(`verdaccio cannot be brought: ${stderr}`)
}

function launch(url: string, folder: string): ChildProcess {
  const program = path.join(TOOLS, 'node_modules/verdaccio/bin/verdaccio')
  const args = [program, '--config', path.join(folder, 'config.yaml'), '--listen', new URL(url).host]
  return spawn(process.execPath, args, {cwd: folder, stdio: ['ignore', 'pipe', 'pipe']})
}

function configuration(folder: string): string {
  return JSON.stringify({
    storage: path.join(folder, 'storage'),
    auth: {htpasswd: {file: path.join(folder, 'htpasswd'), max_users: 10}},
    uplinks: {},
    packages: {
      '@private/*': {access: '$authenticated', publish: '$authenticated'},
      '**': {access: '$all', publish: '$authenticated'},
    },
    log: {type: 'stdout', format: 'pretty', level: 'warn'},
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
