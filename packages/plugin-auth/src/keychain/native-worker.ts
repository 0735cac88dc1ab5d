import {Entry} from '@napi-rs/keyring'
import {parentPort} from 'node:worker_threads'

/** What a thread of its own is asked (`native.ts`). */
export interface NativeQuestion {
  readonly verb: 'delete' | 'get' | 'set'
  readonly service: string
  readonly account: string
  readonly secret?: string
}

export interface NativeAnswer {
  readonly value: string | null
  /** The native module's text; an Error does not cross threads with its cause. */
  readonly failure?: string
}

function answerTo({verb, service, account, secret}: NativeQuestion): string | null {
  const entry = new Entry(service, account, {linux: {store: 'secret-service'}})
  if (verb === 'get') return entry.getPassword()
  if (verb === 'set') entry.setPassword(secret ?? '')
  else entry.deleteCredential()
  return null
}

function answer(question: NativeQuestion): NativeAnswer {
  try {
    return {value: answerTo(question)}
  } catch (error) {
    const {message, cause} = error as Error
    return {value: null, failure: cause === undefined ? message : `${message} ${String(cause)}`}
  }
}

parentPort?.on('message', (question: NativeQuestion) => parentPort?.postMessage(answer(question)))
