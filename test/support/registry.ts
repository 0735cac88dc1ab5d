import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {gzipSync} from 'node:zlib'

/** A package as it is published: paths and what the files hold. `package.json` names it. */
export type PackageFiles = Readonly<Record<string, string>>

/** The same, of a package that somebody else has made. */
type PackageContents = Readonly<Record<string, Buffer | string>>

interface Published {
  readonly manifest: {readonly name: string; readonly version: string}
  readonly tarball: Buffer
  readonly dist: Readonly<Record<string, unknown>>
  readonly time: string
}

/** What a registry says of a package. */
export interface Packument {
  name: string
  'dist-tags': Record<string, string>
  versions: Record<string, {name: string; version: string; dist: Record<string, unknown>}>
  time: Record<string, string>
}

/** How a version is published, besides its files. */
export interface Publishing {
  readonly time?: string
  /** More of `dist`: signatures, attestations. */
  readonly dist?: (published: {name: string; version: string; integrity: string}) => object
}

/** An npm registry on loopback: a packument and a tarball for each package, 404 for everything else. */
export class Registry implements AsyncDisposable {
  readonly url: string
  /** Paths asked for, in order. */
  readonly asked: string[] = []
  readonly #server: Server
  /** By name: every version, in the order in which they were published. */
  readonly #published = new Map<string, Published[]>()
  /** Answers in the place of its own, by path. */
  readonly answers = new Map<string, Buffer | string>()
  /** What is done with a request instead of answering it, by path. */
  readonly instead = new Map<string, (response: ServerResponse) => void>()
  /** What is made of a packument before it is sent: to an npm that installs, or to somebody who asks. */
  alter: (packument: Packument, isForNpm: boolean) => void = () => undefined

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  static async start(): Promise<Registry> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const registry = new Registry(server)
    server.on('request', ({headers, url = '/'}, response) => {
      const asked = decodeURIComponent(new URL(url, registry.url).pathname).slice(1)
      registry.asked.push(asked)
      const instead = registry.instead.get(asked)
      if (instead) return instead(response)
      const body = registry.#answer(asked, headers['npm-command'] !== undefined)
      response.writeHead(body ? 200 : 404, {
        'content-type': Buffer.isBuffer(body) ? 'application/gzip' : 'application/json',
      })
      response.end(body ?? '{"error": "not found"}')
    })
    return registry
  }

  publish(files: PackageContents, publishing?: Publishing): void {
    this.publishTarball(JSON.parse(String(files['package.json'])), tarballOf(files), publishing)
  }

  /** What `npm pack` has made. The version that comes last is the latest; a version again replaces itself. */
  publishTarball(
    manifest: Published['manifest'],
    tarball: Buffer,
    {dist, time = '2020-01-01T00:00:00.000Z'}: Publishing = {},
  ): void {
    const {name, version} = manifest
    const integrity = integrityOf(tarball)
    const whole = {
      tarball: `${this.url}${name}/${version}/package.tgz`,
      integrity,
      ...dist?.({name, version, integrity}),
    }
    const others = this.#versions(name).filter((one) => one.manifest.version !== version)
    this.#published.set(name, [...others, {manifest, tarball, dist: whole, time}])
  }

  unpublish(): void {
    this.#published.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  has(name: string, version: string): boolean {
    return this.#versions(name).some(({manifest}) => manifest.version === version)
  }

  #versions(name: string): readonly Published[] {
    return this.#published.get(name) ?? []
  }

  #answer(asked: string, isForNpm: boolean): Buffer | string | undefined {
    const other = this.answers.get(asked)
    if (other !== undefined) return other
    const [, of, wanted] = /^(.+)\/([^/]+)\/package\.tgz$/.exec(asked) ?? []
    if (of !== undefined) return this.#versions(of).find(({manifest: {version}}) => version === wanted)?.tarball
    const versions = this.#versions(asked)
    const latest = versions.at(-1)
    if (!latest) return undefined
    const packument: Packument = {
      name: asked,
      'dist-tags': {latest: latest.manifest.version},
      versions: Object.fromEntries(
        versions.map(({dist, manifest}) => [manifest.version, {...manifest, dist: {...dist}}]),
      ),
      time: Object.fromEntries(versions.map(({manifest, time}) => [manifest.version, time])),
    }
    this.alter(packument, isForNpm)
    return JSON.stringify(packument)
  }
}

/** As npm packs it. */
export function tarballOf(files: PackageContents): Buffer {
  return gzipSync(tar(files), {level: 1})
}

export function integrityOf(tarball: Buffer): string {
  return `sha512-${createHash('sha512').update(tarball).digest('base64')}`
}

const BLOCK = 512

/** A USTAR archive of regular files under `package/`, as npm wants it. */
function tar(files: PackageContents): Buffer {
  const entries = Object.entries(files).flatMap(([name, held]) => {
    const content = Buffer.from(held)
    return [header(`package/${name}`, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1))]
  })
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)])
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is longer than a USTAR name`)
  block.write(name, 0, 100)
  block.write('0000644\0', 100)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  // The checksum is reckoned with spaces in its own place.
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\u000000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
