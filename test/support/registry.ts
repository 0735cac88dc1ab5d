import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {gzipSync} from 'node:zlib'

/** A package as it is published: paths and what the files hold. `package.json` names it. */
export type PackageFiles = Readonly<Record<string, string>>

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
  readonly #published = new Map<string, Published>()

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

  publish(files: PackageFiles): void {
    const manifest = JSON.parse(files['package.json'] ?? '') as Published['manifest']
    this.#published.set(manifest.name, {manifest, tarball: gzipSync(tar(files))})
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  #answer(asked: string): Buffer | string | undefined {
    const isTarball = asked.endsWith('/package.tgz')
    const found = this.#published.get(isTarball ? asked.slice(0, -'/package.tgz'.length) : asked)
    if (!found || isTarball) return found?.tarball
    const {manifest, tarball} = found
    const {name, version} = manifest
    const dist = {
      tarball: `${this.url}${name}/package.tgz`,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    }
    return JSON.stringify({name, 'dist-tags': {latest: version}, versions: {[version]: {...manifest, dist}}})
  }
}

const BLOCK = 512

/** A USTAR archive of regular files under `package/`, as npm wants it. */
function tar(files: PackageFiles): Buffer {
  const entries = Object.entries(files).flatMap(([name, text]) => {
    const content = Buffer.from(text)
    return [header(`package/${name}`, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1))]
  })
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)])
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK)
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
