import assert from 'node:assert/strict'
import {readdirSync, rmSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {Chromium, chromiumMissing} from '../support/chromium.ts'
import {buildSite, photographSite, SiteServer} from '../support/site.ts'
import {skip} from '../support/skip.ts'

/** To look at them: `node test/transcripts/photograph-site.ts <folder>`. */
const PICTURES = path.join(os.tmpdir(), 'superset-site-pictures')

describe('the site of the documentation (npm run docs:site)', () => {
  it('is built, without a link that leads nowhere', () => buildSite())

  it('is searched, and shown light and dark, narrow and wide, without a request to anybody', async function () {
    const missing = chromiumMissing()
    if (missing !== undefined) skip(this, missing)
    rmSync(PICTURES, {recursive: true, force: true})
    await using site = await SiteServer.start()
    const browser = await Chromium.start()
    let peers: readonly string[]
    try {
      await photographSite(browser, site.url, PICTURES)
      const page = await browser.newPage()
      await page.setViewportSize({width: 1280, height: 900})
      await page.goto(site.url)
      await page.locator('.DocSearch-Button').click()
      await page.locator('#localsearch-input').fill('STORE_KEYCHAIN_ABSENT')
      await page.locator('#localsearch-list a').first().click()
      await page.waitForURL(/exit-codes|troubleshooting/)
      await page.screenshot({path: path.join(PICTURES, 'found.png')})
    } finally {
      peers = await browser.close()
    }

    assert.deepEqual([...new Set(peers)], ['127.0.0.1'])
    assert.equal(readdirSync(PICTURES).length, 17)
  })
})
