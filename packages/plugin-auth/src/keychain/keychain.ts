import type * as crossKeychain from 'cross-keychain'

import {setTimeout as delay} from 'node:timers/promises'

import {KeychainError, createBackend} from './backend.ts'
import type {KeychainOutcome} from './outcome.ts'

/** All our entries are of this service; the account is the session id. */
export const SERVICE = 'superset'

const DEADLINE_MS = 3000
const BUSY_TRIES = 6
const BUSY_PAUSE_MS = 75

/** There is a person at a terminal: wait for the unlocking of a keyring, and say so. */
export interface Patience {
  /** One line, on stderr. */
  readonly tell: (line: string) => void
  /** Ctrl-C: stop waiting. */
  readonly signal?: AbortSignal
}

/** @returns found, absent, or why it cannot be known; never rejects but with the reason of `patience.signal` */
export function getSecret(account: string, patience?: Patience): Promise<KeychainOutcome> {
  return ask(patience, async ({getPassword}) => {
    const secret = await getPassword(SERVICE, account)
    return secret === null ? {kind: 'absent'} : {kind: 'found', secret}
  })
}

export function setSecret(account: string, secret: string, patience?: Patience): Promise<KeychainOutcome> {
  return ask(patience, async ({setPassword}) => {
    await setPassword(SERVICE, account, secret)
    return {kind: 'done'}
  })
}

/** Done as well when there was none. */
export function deleteSecret(account: string, patience?: Patience): Promise<KeychainOutcome> {
  return ask(patience, async ({deletePassword}) => {
    await deletePassword(SERVICE, account)
    return {kind: 'done'}
  })
}

type CrossKeychain = typeof crossKeychain
type Question = (keychain: CrossKeychain) => Promise<KeychainOutcome>

async function ask(patience: Patience | undefined, question: Question): Promise<KeychainOutcome> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await withDeadline(askOnce(question), patience)
    if (outcome.kind !== 'busy' || attempt === BUSY_TRIES) return outcome
    // An overloaded D-Bus drops replies; many readers that come back at once would overload it again.
    await delay(BUSY_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()), undefined, {signal: patience?.signal})
  }
}

let loading: Promise<{keychain: CrossKeychain; register: () => void}> | undefined

async function load() {
  const [keychain, backend] = await Promise.all([import('cross-keychain'), createBackend()])
  return {keychain, register: () => keychain.setKeyring(backend)}
}

async function askOnce(question: Question): Promise<KeychainOutcome> {
  try {
    loading ??= load()
    const {keychain, register} = await loading
    // Each time, and in the same tick as the question: another plugin in this process may have chosen its own back end.
    register()
    return await question(keychain)
  } catch (error) {
    if (error instanceof KeychainError) return error.fault
    loading = undefined
    return {kind: 'unavailable', reason: `the keychain module cannot be loaded: ${(error as Error).message}`}
  }
}

/**
 * Without a person, 3 s per answer. With one, as long as it takes: the operating system shows its own prompt.
 * A native call cannot be cancelled; its answer is no longer waited for.
 */
async function withDeadline(
  answer: Promise<KeychainOutcome>,
  patience: Patience | undefined,
): Promise<KeychainOutcome> {
  const settled = new AbortController()
  const deadline = delay(DEADLINE_MS, undefined, {signal: settled.signal}).then(
    () => undefined,
    () => undefined,
  )
  try {
    const first = await Promise.race([answer, deadline])
    if (first !== undefined) return first
    if (patience === undefined) return {kind: 'hung'}
    patience.tell('Waiting for your keyring: unlock it in its own window (Ctrl-C cancels).')
    return await Promise.race([answer, rejectionOf(patience.signal)])
  } finally {
    settled.abort()
  }
}

function rejectionOf(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted) reject(signal.reason as Error)
    signal?.addEventListener('abort', () => reject(signal.reason as Error), {once: true})
  })
}
