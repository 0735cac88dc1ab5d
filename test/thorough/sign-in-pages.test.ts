import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {page, type PageName} from '../../packages/plugin-auth/src/signin/callback-page.ts'
import {Chromium, chromiumMissing} from '../support/chromium.ts'
import {skip} from '../support/skip.ts'

const NAMES: readonly PageName[] = ['done', 'declined', 'failed', 'refused', 'ignored', 'replayed', 'not-found']
/** As long as names get. */
const FACTS = {
  account: `${'augusta.ada.king.'.repeat(4)}@analytical-engines.example`,
  issuer: 'https://id.example.test/a/b',
}

describe('the pages that a browser shows at the end of a sign-in', () => {
  let chromium: Chromium
  const server = createServer((request, response) => {
    const {body, headers, status} = page((request.url ?? '').slice(1) as PageName, FACTS)
    response.writeHead(status, headers).end(body)
  })
  before(async function () {
    const missing = chromiumMissing()
    if (missing !== undefined) skip(this, missing)
    chromium = await Chromium.start()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(async () => {
    await chromium?.close()
    server.close()
  })

  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [320, 1280])
      it(`fit the screen, have their style and ask for nothing else: ${colorScheme}, ${width} wide`, async () => {
        const shown = await chromium.newPage()
        await shown.emulateMedia({colorScheme})
        await shown.setViewportSize({width, height: 700})
        const [asked, complaints]: [string[], string[]] = [[], []]
        shown.on('request', (request) => asked.push(request.url()))
        shown.on('console', (message) => complaints.push(message.text()))
        const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        for (const name of NAMES) {
          await shown.goto(`${origin}/${name}`)
          // Text, for the tests know no types of a browser.
          const measured = await shown.evaluate(
            `(() => { const of = (element) => getComputedStyle(document.querySelector(element)); return {
              back: of('main').backgroundColor, ink: of('h1').color, wide: document.documentElement.scrollWidth } })()`,
          )
          assert.deepEqual(measured, {
            back: colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(27, 31, 39)',
            ink: colorScheme === 'light' ? 'rgb(22, 24, 29)' : 'rgb(236, 238, 242)',
            wide: width,
          })
        }

        assert.deepEqual(
          asked,
          NAMES.map((name) => `${origin}/${name}`),
        )
        assert.deepEqual(
          complaints.filter((text) => !/Failed to load resource: the server responded/.test(text)),
          [],
        )
        await shown.close()
      })
})
