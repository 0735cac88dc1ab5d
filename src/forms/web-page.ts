import type {Config} from '@oclif/core'
import {identityOf, printable, writeText} from '@superset/identity'

/**
 * Prints the address of a page of the web app, and opens it where a person sits at a terminal. `BROWSER` says with what;
 * `none` opens nothing.
 * @param segments of its path
 */
export async function openWebPage(config: Config, ...segments: readonly string[]): Promise<void> {
  const {request} = identityOf(config)
  const {openPage} = await import('../cli/browser.ts')
  const address = `${request.webUrl.value}/${segments.map(encodeURIComponent).join('/')}`
  writeText(process.stdout, printable(address))
  if (request.interactive) await openPage(address)
}
