import {spawnSync} from 'node:child_process'
import {createReadStream, existsSync, mkdirSync} from 'node:fs'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import path from 'node:path'
import {once} from 'node:events'
import type {Page} from 'playwright-core'
import type {Chromium} from './chromium.ts'

const root = path.resolve(import.meta.dirname, '../..')
const DIST = path.join(root, 'tools/site/dist')
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}

/** `npm run docs:site` @throws Error with what it said when it fails, as for a link that leads nowhere */
export function buildSite(): void {
  const {status, stderr, stdout} = spawnSync(process.execPath, ['tools/site/build.js'], {cwd: root, encoding: 'utf8'})
  if (status !== 0) throw new Error(`${stdout}${stderr}`)
}

/** The built site on loopback. */
export class SiteServer implements AsyncDisposable {
  readonly url: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async start(): Promise<SiteServer> {
    const server = createServer(({url = '/'}, response) => {
      const {pathname} = new URL(url, 'http://127.0.0.1')
      const file = path.join(DIST, pathname.endsWith('/') ? `${pathname}index.html` : pathname)
      if (!file.startsWith(DIST) || !existsSync(file)) return void response.writeHead(404).end()
      response.writeHead(200, {'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream'})
      createReadStream(file).pipe(response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new SiteServer(server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** Each of these pages, light and dark, narrow and wide, as PNG in `folder`. */
export async function photographSite(browser: Chromium, url: string, folder: string): Promise<void> {
  mkdirSync(folder, {recursive: true})
  const page = await browser.newPage()
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, width] of [
      ['wide', 1280],
      ['narrow', 390],
    ] as const) {
      await page.emulateMedia({colorScheme})
      await page.setViewportSize({width, height: 900})
      for (const address of ['', 'docs/', 'docs/exit-codes.html', 'docs/commands/tasks.html']) {
        await open(page, `${url}/${address}`)
        const name = address.replaceAll(/\W+/g, '-') || 'home'
        await page.screenshot({path: path.join(folder, `${name}-${colorScheme}-${size}.png`)})
      }
    }
  }
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page.waitForLoadState('networkidle')
}
