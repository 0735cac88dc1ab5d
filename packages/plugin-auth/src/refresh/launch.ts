import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import {helperEnvironment} from '../env.ts'
import type {SessionStore} from '../model.ts'
import type {HelperOrder} from './order.ts'
import type {RefreshOrder} from './ports.ts'

const HELPER = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? 'helper.ts' : 'helper.js', import.meta.url))

export interface StartedHelper {
  /** Settles when the refresher has ended, whatever came of it; it never rejects. */
  readonly ended: Promise<void>
  /** This run waits no longer: the helper goes on by itself and does not keep our process alive. */
  readonly release: () => void
}

/**
 * Starts the detached helper; where no process can be started, the exchange runs in this one, with the signals that
 * would end it deferred until the answer is stored.
 * @param isSecond the first helper died without a word (its file gone, a library missing; row 119): the next would, too
 * @throws Problem STORE_* (74, 78) when the key cannot be had
 */
export async function launch(order: RefreshOrder, store: SessionStore, isSecond: boolean): Promise<StartedHelper> {
  const {handle, key} = await store.handoff()
  const message: HelperOrder = {order, handle, ...(key && {key: key.toString('base64')})}
  if (isSecond) return here(message)
  const child = spawn(process.execPath, [HELPER], {
    // A session of its own: neither the terminal's Ctrl-C nor a kill of our process group reaches it.
    detached: true,
    cwd: '/',
    env: helperEnvironment(),
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  })
  const exited = once(child, 'exit')
  try {
    await once(child, 'spawn')
  } catch {
    // A process limit, no memory, a sandbox that forbids fork: the session must be renewable all the same.
    exited.catch(() => {})
    return here(message)
  }

  // The helper may be killed before it has read everything; its exit tells all that there is to tell.
  child.stdin.on('error', () => child.stdin.destroy())
  child.stdin.end(`${JSON.stringify(message)}\n`)
  return {
    ended: exited.then(
      () => {},
      () => {},
    ),
    release: () => child.unref(),
  }
}

function here(message: HelperOrder): StartedHelper {
  // What failed is asked of the storage and the ledger, as with a helper that died.
  return {ended: inThisProcess(message).catch(() => {}), release: () => {}}
}

async function inThisProcess(message: HelperOrder): Promise<void> {
  const {runHelper} = await import('./helper-run.ts')
  let deferred: NodeJS.Signals | undefined
  const defer = (signal: NodeJS.Signals) => (deferred = signal)
  const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, defer)
  try {
    await runHelper(message)
  } finally {
    for (const signal of signals) process.off(signal, defer)
    if (deferred) process.kill(process.pid, deferred)
  }
}
