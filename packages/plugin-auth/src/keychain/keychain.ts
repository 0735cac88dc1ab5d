import {setTimeout as delay} from 'node:timers/promises'

import {leaveWithoutWaitingFor} from './abandoned.ts'
import {createBackend, KeychainError} from './backend.ts'
import type {KeychainOutcome} from './outcome.ts'

/** All our entries are of this service; the account is the session id. */
export const SERVICE = 'superset'

const DEADLINE_MS = 3000
/** For a keychain that answers, but slowly: a hundred readers on two cores take 4 s. */
const OVERLOAD_MS = 15_000
const BUSY_TRIES = 12
const BUSY_PAUSE_MS = 75
const LONGEST_BUSY_PAUSE_MS = 1200
/** An entry that does not exist is looked up without any prompt, also in a locked keyring. */
const CANARY = 'is-anybody-there'
/** Under load answers come out of turn: only a question that stays unanswered this much longer waits for a prompt. */
const CANARY_HEAD_START_MS = 2000

/** There is a person at a terminal: wait for the unlocking of a keyring, and say so. */
export interface Patience {
  /** One line, on stderr. */
  readonly tell: (line: string) => void
  /** Ctrl-C: stop waiting. */
  readonly signal?: AbortSignal
}

/**
 * Asks our back end itself: loading cross-keychain costs 14 ms, in every command, and a read gains nothing by it.
 *
 * @returns found, absent, or why it cannot be known; rejects only when `patience.signal` is aborted
 */
export function getSecret(account: string, patience?: Patience): Promise<KeychainOutcome> {
  return ask(patience, async () => {
    const secret = await (await backend()).getPassword(SERVICE, account)
    return secret === null ? {kind: 'absent'} : {kind: 'found', secret}
  })
}

export function setSecret(account: string, secret: string, patience?: Patience): Promise<KeychainOutcome> {
  return ask(patience, async () => {
    const [keychain, own] = await Promise.all([import('cross-keychain'), backend()])
    // Each time, and in the same tick as the question: another plugin in this process may have chosen its own back end.
    keychain.setKeyring(own)
    await keychain.setPassword(SERVICE, account, secret)
    return {kind: 'done'}
  })
}

/** Done as well when there was none. */
export function deleteSecret(account: string, patience?: Patience): Promise<KeychainOutcome> {
  return ask(patience, async () => {
    const [keychain, own] = await Promise.all([import('cross-keychain'), backend()])
    keychain.setKeyring(own)
    await keychain.deletePassword(SERVICE, account)
    return {kind: 'done'}
  })
}

type Question = () => Promise<KeychainOutcome>

async function ask(patience: Patience | undefined, question: Question): Promise<KeychainOutcome> {
  const end = performance.now() + DEADLINE_MS + OVERLOAD_MS
  for (let attempt = 1; ; attempt++) {
    const outcome = await bounded(askOnce(question), patience)
    if (outcome.kind !== 'busy' || attempt === BUSY_TRIES || performance.now() > end) return outcome
    // An overloaded D-Bus drops replies; many readers that come back at once would overload it again.
    const pauseMs = Math.min(BUSY_PAUSE_MS * 2 ** (attempt - 1), LONGEST_BUSY_PAUSE_MS)
    await delay(pauseMs * (0.5 + Math.random()), undefined, {signal: patience?.signal})
  }
}

let loaded: ReturnType<typeof createBackend> | undefined

function backend(): ReturnType<typeof createBackend> {
  loaded ??= createBackend()
  return loaded
}

async function askOnce(question: Question): Promise<KeychainOutcome> {
  try {
    return await question()
  } catch (error) {
    if (error instanceof KeychainError) return error.fault
    loaded = undefined
    return {kind: 'unavailable', reason: `the keychain module cannot be loaded: ${(error as Error).message}`}
  }
}

/**
 * Without a person, 3 s per answer. With one, as long as it takes: the operating system shows its own prompt.
 * A native call cannot be cancelled; its answer is no longer waited for.
 */
async function bounded(answer: Promise<KeychainOutcome>, patience: Patience | undefined): Promise<KeychainOutcome> {
  const first = await before(answer, DEADLINE_MS)
  if (first !== undefined) return first
  leaveWithoutWaitingFor(answer)
  const late = await overloadedOrPrompting(answer)
  if (late !== 'prompting') return late
  if (patience === undefined) return {kind: 'hung'}
  patience.tell('Waiting for your keyring: unlock it in its own window (Ctrl-C cancels).')
  return Promise.race([answer, rejectionOf(patience.signal)])
}

/**
 * After the deadline, tells an unlock prompt that nobody answers from a keychain that is merely slow: a second question,
 * which cannot prompt, is asked. It began later, so in a slow keychain the first one's answer comes before its own.
 */
async function overloadedOrPrompting(answer: Promise<KeychainOutcome>): Promise<'prompting' | KeychainOutcome> {
  const canary = askOnce(async () => {
    await (await backend()).getPassword(SERVICE, CANARY)
    return {kind: 'done'}
  })
  const isProbed = canary.then(() => delay(CANARY_HEAD_START_MS, 'prompting' as const))
  return (await before(Promise.race([answer, isProbed]), OVERLOAD_MS)) ?? {kind: 'busy'}
}

/** @returns `undefined` when there is no answer within `ms` */
async function before<T>(answer: Promise<T>, ms: number): Promise<T | undefined> {
  const settled = new AbortController()
  const deadline = delay(ms, undefined, {signal: settled.signal}).catch((error: unknown) => {
    if (!settled.signal.aborted) throw error
  })
  try {
    return (await Promise.race([answer, deadline])) ?? undefined
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
