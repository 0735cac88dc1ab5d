import {EXIT, Problem} from '@superset/identity'
import {browserEnvironment, chooseBrowser, openBrowser, openOnDesktop} from '@superset/identity/browser'

const desktop = async (address: string) => (await import('open')).default(address)

/**
 * Opens a page with `BROWSER`, else as the desktop does, where somebody can see it. Nothing is said where no browser starts:
 * whoever asked has the address before them.
 */
export async function openPage(address: string): Promise<void> {
  const choice = chooseBrowser(browserEnvironment(), {wanted: true, terminal: true})
  await staying(openBrowser(address, choice, desktop))
}

/**
 * Opens an address as the desktop does: a page in the browser, a deep link in its app.
 * @throws Problem OPEN_FAILED (1)
 */
export async function openAddress(address: string): Promise<void> {
  if (await staying(openOnDesktop(address, desktop))) return
  throw new Problem({
    code: 'OPEN_FAILED',
    message: `Nothing on this machine opens ${address}.`,
    exit: EXIT.failed,
    suggestions: ['Open it on a machine with the Superset app.', 'With --print it is only printed.'],
  })
}

/** What opens an address keeps no process alive; a command that has nothing else to do waits to hear whether it did. */
async function staying<T>(opening: Promise<T>): Promise<T> {
  const alive = setInterval(() => undefined, 1000)
  try {
    return await opening
  } finally {
    clearInterval(alive)
  }
}
