import {once} from 'node:events'
import {Worker} from 'node:worker_threads'

import type {NativeAnswer, NativeQuestion} from './native-worker.ts'

const WORKER = new URL(import.meta.url.endsWith('.ts') ? 'native-worker.ts' : 'native-worker.js', import.meta.url)
/** On Linux an entry is of the Secret Service; the kernel's keyring, the library's other store, forgets at reboot. */
const isSecretService = process.platform !== 'darwin' && process.platform !== 'win32'

/**
 * Asks the operating system's keychain without ever blocking this thread, which listens to signals and deadlines. Where
 * the Secret Service is asked, making an entry connects to the session bus and waits for its greeting, for ever if none
 * comes (measured): that happens in a thread of its own. On macOS and Windows an entry is only a name, and each call has
 * a thread of libuv's.
 * @throws Error with the native module's text
 */
export async function askNative(question: NativeQuestion): Promise<string | null> {
  if (isSecretService) return inThread(question)
  const {AsyncEntry} = await import('@napi-rs/keyring')
  const entry = new AsyncEntry(question.service, question.account)
  if (question.verb === 'get') return entry.getPassword()
  if (question.verb === 'set') await entry.setPassword(question.secret ?? '')
  else await entry.deleteCredential()
  return null
}

/**
 * Reads as every command does. A thread of our own costs as much as a bare Node to start (measured), so on Linux the
 * library's search is asked first, the one call of it that also connects in libuv's threads. It never prompts and its
 * texts say less; whatever it cannot tell is asked again in the way of `askNative()`.
 */
export async function readNative(service: string, account: string): Promise<string | null> {
  if (isSecretService) {
    const {findCredentialsAsync} = await import('@napi-rs/keyring')
    const found = await findCredentialsAsync(service).catch(() => undefined)
    const own = found?.filter((one) => one.account === account)
    if (own?.length === 0) return null
    if (own?.length === 1) return own[0]?.password ?? null
  }

  return askNative({verb: 'get', service, account})
}

/** A question that no prompt can delay, and no earlier question: it looks up what is not there. */
export async function knock(service: string, account: string): Promise<void> {
  await askNative({verb: 'get', service, account})
}

/** The thread of the last question, which has answered. */
let idle: Worker | undefined

/** Starts the thread for the next question, so that no deadline counts what a busy machine takes for that. */
export async function prepareNative(): Promise<void> {
  if (!isSecretService || idle) return
  const worker = startThread()
  await once(worker, 'online')
  worker.unref()
  idle = worker
}

function startThread(): Worker {
  return new Worker(WORKER, {execArgv: []})
}

async function inThread(question: NativeQuestion): Promise<string | null> {
  const worker = idle ?? startThread()
  idle = undefined
  worker.ref()
  const {promise, resolve, reject} = Promise.withResolvers<NativeAnswer>()
  const ended = (): void => reject(new Error('the thread that asks the keychain ended'))
  worker.once('message', resolve).once('error', reject).once('exit', ended)
  worker.postMessage(question)
  const answer = await promise.finally(() => {
    worker.off('error', reject).off('exit', ended).unref()
  })
  idle = worker
  if (answer.failure !== undefined) throw new Error(answer.failure)
  return answer.value
}
