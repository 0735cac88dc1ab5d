import {setTimeout as delay} from 'node:timers/promises'
import {waitFor} from '@superset/identity'

import {leaveWithoutWaitingFor} from './abandoned.ts'
import type {crossKeychain, KeychainError} from './backend.ts'
import type {KeychainOutcome} from './outcome.ts'
import {busAnswers} from './session-bus.ts'
import {sessionBus} from '../env.ts'

/** All our entries are of this service; the account is the session id. */
const SERVICE = 'superset'

const DEADLINE_MS = 3000
/** For a keychain that answers, but slowly: a hundred readers on two cores take 4 s. */
const OVERLOAD_MS = 15_000
/** No answer for so long: it is time to see whether there is anybody at all. */
const BUS_HEAD_START_MS = 1000
const BUSY_TRIES = 12
const BUSY_PAUSE_MS = 75
const LONGEST_BUSY_PAUSE_MS = 1200
/** An entry that does not exist is looked up without any prompt, also in a locked keyring. */
const CANARY = 'is-anybody-there'
/** Under load answers come out of turn: only a question that stays unanswered this much longer waits for a prompt. */
const CANARY_HEAD_START_MS = 2000

/** There is a person at a terminal: wait for the unlocking of a keyring, and say so. */
export interface KeychainPatience {
  /** One line, on stderr. */
  readonly tell: (line: string) => void
  /** Ctrl-C: stop waiting. */
  readonly signal?: AbortSignal
}

/** @returns found, absent, or why it cannot be known; rejects only when `patience.signal` is aborted */
export function getSecret(account: string, patience?: KeychainPatience): Promise<KeychainOutcome> {
  return ask(patience, async () => {
    const secret = await (await keychain()).getPassword(SERVICE, account)
    return secret === null ? {kind: 'absent'} : {kind: 'found', secret}
  })
}

export async function setSecret(
  account: string,
  secret: string,
  patience?: KeychainPatience,
): Promise<KeychainOutcome> {
  await prepare()
  return ask(patience, async () => {
    await (await keychain()).setPassword(SERVICE, account, secret)
    return {kind: 'done'}
  })
}

/** Done as well when there was none. */
export async function deleteSecret(account: string, patience?: KeychainPatience): Promise<KeychainOutcome> {
  await prepare()
  return ask(patience, async () => {
    await (await keychain()).deletePassword(SERVICE, account)
    return {kind: 'done'}
  })
}

type Question = () => Promise<KeychainOutcome>

async function ask(patience: KeychainPatience | undefined, question: Question): Promise<KeychainOutcome> {
  if (isBusSilent) return {kind: 'hung'}
  using _waiting = waitFor('your keyring')
  const end = performance.now() + DEADLINE_MS + OVERLOAD_MS
  for (let attempt = 1; ; attempt++) {
    const outcome = await bounded(askOnce(question), patience)
    if (outcome.kind !== 'busy' || attempt === BUSY_TRIES || performance.now() > end) return outcome
    // An overloaded D-Bus drops replies; many readers that come back at once would overload it again.
    const pauseMs = Math.min(BUSY_PAUSE_MS * 2 ** (attempt - 1), LONGEST_BUSY_PAUSE_MS)
    await delay(pauseMs * (0.5 + Math.random()), undefined, {signal: patience?.signal})
  }
}

/** What fails here fails again when the question is asked, which says so. */
async function prepare(): Promise<void> {
  if (isBusSilent) return
  const {prepareNative} = await import('./native.ts')
  await prepareNative().catch(() => {})
}

/** Loaded here, so that a module that is missing is an outcome, too. */
async function keychain(): Promise<ReturnType<typeof crossKeychain>> {
  const {crossKeychain} = await import('./backend.ts')
  return crossKeychain()
}

async function askOnce(question: Question): Promise<KeychainOutcome> {
  try {
    return await question()
  } catch (error) {
    if (error instanceof Error && error.name === 'KeychainError') return (error as KeychainError).fault
    return {kind: 'unavailable', reason: `the keychain module cannot be loaded: ${(error as Error).message}`}
  }
}

/**
 * Without a person, 3 s per answer. With one, as long as it takes: the operating system shows its own prompt.
 * A native call cannot be cancelled; its answer is no longer waited for.
 */
async function bounded(
  answer: Promise<KeychainOutcome>,
  patience: KeychainPatience | undefined,
): Promise<KeychainOutcome> {
  const first = await beforeDeadline(answer)
  if (first !== undefined) return first
  leaveWithoutWaitingFor(answer)
  const late = isBusSilent ? 'silent' : await overloadedOrPrompting(answer)
  if (late === 'prompting' && patience !== undefined) {
    patience.tell('Waiting for your keyring: unlock it in its own window (Ctrl-C cancels).')
    return Promise.race([answer, rejectionOf(patience.signal)])
  }

  return late === 'prompting' || late === 'silent' ? {kind: 'hung'} : late
}

/** Row 110: not even the bus speaks. There is no prompt to wait for, and no queue; one wait for it is enough per run. */
let isBusSilent = false

async function beforeDeadline(answer: Promise<KeychainOutcome>): Promise<KeychainOutcome | undefined> {
  const early = await before(answer, BUS_HEAD_START_MS)
  if (early !== undefined) return early
  const bus = new AbortController()
  const isAlive = busAnswers(sessionBus(), bus.signal)
  const first = await before(answer, DEADLINE_MS - BUS_HEAD_START_MS)
  // What has arrived by now is heard first: on a busy machine the timer was late, too.
  await new Promise(setImmediate)
  bus.abort()
  isBusSilent = !(await isAlive) && first === undefined
  return first
}

/**
 * After the deadline, tells an unlock prompt that nobody answers from a keychain that is merely slow: a second question,
 * which cannot prompt, is asked. It began later, so in a slow keychain the first one's answer comes before its own.
 */
async function overloadedOrPrompting(answer: Promise<KeychainOutcome>): Promise<'prompting' | KeychainOutcome> {
  const canary = askOnce(async () => {
    const {knock} = await import('./native.ts')
    await knock(SERVICE, CANARY)
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
