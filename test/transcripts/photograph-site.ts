/** Pictures of the built site, to be looked at: `node test/transcripts/photograph-site.ts <folder>`. */
import process from 'node:process'
import {Chromium} from '../support/chromium.ts'
import {photographSite, SiteServer} from '../support/site.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('Name a folder for the pictures.')
await using site = await SiteServer.start()
const browser = await Chromium.start()
try {
  await photographSite(browser, site.url, folder)
} finally {
  await browser.close()
}
