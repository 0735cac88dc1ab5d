import {createHash, generateKeyPairSync, type KeyObject, sign} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {archiveOf, type FakeRelease, type Part, releaseParts} from './update-archive.ts'

export const PLATFORM = 'linux-x64'

/** A key that signs releases, as the release host's owner holds it. */
export class SigningKey {
  readonly #private: KeyObject
  /** base64url of the public half: what a build is told to trust. */
  readonly raw: string
  readonly id: string

  constructor() {
    const {privateKey, publicKey} = generateKeyPairSync('ed25519')
    this.#private = privateKey
    this.raw = String(publicKey.export({format: 'jwk'}).x)
    this.id = createHash('sha256').update(Buffer.from(this.raw, 'base64url')).digest('hex').slice(0, 16)
  }

  signature(payload: Buffer, context = 'superset-release-v1\0'): {key: string; signature: string} {
    const signature = sign(null, Buffer.concat([Buffer.from(context), payload]), this.#private)
    return {key: this.id, signature: signature.toString('base64url')}
  }
}

export function envelope(payload: object, keys: readonly SigningKey[]): string {
  const bytes = Buffer.from(JSON.stringify(payload))
  return JSON.stringify({payload: bytes.toString('base64url'), signatures: keys.map((key) => key.signature(bytes))})
}

export interface Published extends FakeRelease {
  readonly channel?: string
  readonly platform?: string
  /** In percent; all, and not said, unless given. */
  readonly rollout?: number
  /** In the place of a fake release's own. */
  readonly parts?: readonly Part[]
}

/** Answers in the place of the file that was asked for. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

/** A static host of signed releases on loopback, and whatever its attacker makes of it. */
export class ReleaseHost implements AsyncDisposable {
  readonly key = new SigningKey()
  readonly nextKey = new SigningKey()
  readonly files = new Map<string, Buffer>()
  readonly answers = new Map<string, Answer>()
  readonly asked: string[] = []
  readonly #server: Server
  /** Of the next file that has one. */
  serial = 1_790_000_000
  /** Until when such files are believed. */
  expiresAt: string = new Date(Date.now() + 30 * 86_400_000).toISOString()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<ReleaseHost> {
    const server = createServer()
    const host = new ReleaseHost(server)
    server.on('request', (request, response) => void host.#serve(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return host
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/cli`
  }

  get build() {
    return {host: this.url, channel: 'stable', keys: [this.key.raw, this.nextKey.raw]}
  }

  /** Lays out one release as format 1 says; the channel leads to what was published last. */
  publish({channel = 'stable', parts, platform = PLATFORM, rollout, ...fake}: Published): {
    payload: object
    archive: string
  } {
    const {version} = fake
    const bytes = archiveOf(parts ?? releaseParts(fake))
    const file = `superset-v${version}-${platform}.tar.gz`
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const payload = {
      ...{kind: 'release', format: 1, name: 'superset', version, platform, channel},
      archive: {file, size: bytes.length, sha256},
      createdAt: '2026-09-01T12:00:00.000Z',
    }
    const archive = `versions/${version}/${file}`
    this.files.set(archive, bytes)
    this.put(`versions/${version}/${platform}.json`, payload)
    const pointer = {...payload, kind: 'channel', ...this.#dated(), ...(rollout !== undefined && {rollout})}
    this.put(`channels/${channel}/${platform}.json`, pointer)
    return {payload: {...pointer, kind: 'release'}, archive}
  }

  #dated(): {serial: number; expiresAt: string} {
    return {serial: this.serial++, expiresAt: this.expiresAt}
  }

  list(versions: readonly string[], platform = PLATFORM): object {
    const createdAt = '2026-09-01T12:00:00Z'
    const listed = versions.map((version) => ({version, channel: 'stable', createdAt}))
    const payload = {kind: 'index', format: 1, name: 'superset', platform, versions: listed, ...this.#dated()}
    this.put(`versions/${platform}.json`, payload)
    return payload
  }

  put(name: string, payload: object, keys: readonly SigningKey[] = [this.key]): void {
    this.files.set(name, Buffer.from(envelope(payload, keys)))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = (request.url ?? '').replace(/^\/cli\//, '')
    this.asked.push(name)
    const answer = this.answers.get(name)
    if (answer) return answer(request, response)
    const bytes = this.files.get(name)
    response.writeHead(bytes ? 200 : 404, {'content-length': bytes?.length ?? 0}).end(bytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
