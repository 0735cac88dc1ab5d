import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {gzipSync} from 'node:zlib'

/** A package as it is published: paths and what the files hold. `package.json` names it. */
export type PackageFiles = Readonly<Record<string, string>>

/** The same, of a package that somebody else has made. */
type PackageContents = Readonly<Record<string, Buffer | string>>

interface Published {
  readonly manifest: {readonly name: string; readonly version: string}
  readonly tarball: Buffer
}

/** An npm registry on loopback: a packument and a tarball for each package, 404 for everything else. */
export class Registry implements AsyncDisposable {
  readonly url: string
  /** Paths asked for, in order. */
  readonly asked: string[] = []
  readonly #server: Server
  /** By name: every version, in the order in which they were published. */
  readonly #published = new Map<string, Published[]>()

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  static async start(): Promise<Registry> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const registry = new Registry(server)
    server.on('request', ({url = '/'}, response) => {
      const asked = decodeURIComponent(new URL(url, registry.url).pathname).slice(1)
      registry.asked.push(asked)
      const body = registry.#answer(asked)
      response.writeHead(body ? 200 : 404, {
        'content-type': Buffer.isBuffer(body) ? 'application/gzip' : 'application/json',
      })
      response.end(body ?? '{"error": "not found"}')
    })
    return registry
  }

  publish(files: PackageContents): void {
    this.publishTarball(JSON.parse(String(files['package.json'])), gzipSync(tar(files), {level: 1}))
  }

  /** What `npm pack` has made. The version that comes last is the latest; a version again replaces itself. */
  publishTarball(manifest: Published['manifest'], tarball: Buffer): void {
    const others = this.#versions(manifest.name).filter(({manifest: {version}}) => version !== manifest.version)
    this.#published.set(manifest.name, [...others, {manifest, tarball}])
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

  #answer(asked: string): Buffer | string | undefined {
    const [, of, wanted] = /^(.+)\/([^/]+)\/package\.tgz$/.exec(asked) ?? []
    if (of !== undefined) return this.#versions(of).find(({manifest: {version}}) => version === wanted)?.tarball
    const versions = this.#versions(asked).map(({manifest, tarball}) => ({
      ...manifest,
      dist: this.#dist(manifest, tarball),
    }))
    const latest = versions.at(-1)
    if (!latest) return undefined
    return JSON.stringify({
      name: asked,
      'dist-tags': {latest: latest.version},
      versions: Object.fromEntries(versions.map((one) => [one.version, one])),
    })
  }

  #dist({name, version}: Published['manifest'], tarball: Buffer): object {
    return {
      tarball: `${this.url}${name}/${version}/package.tgz`,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    }
  }
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
