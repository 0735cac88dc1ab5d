import type {Lock} from '../../src/ledger/lock.ts'
import type {Credential, Generation, SessionStore} from '../../src/model.ts'
import type {Answer} from '../../src/refresh/classify.ts'
import type {RefreshLedger, RefreshOrder, RefreshPorts, TransportFailure} from '../../src/refresh/ports.ts'
import {refreshOnce} from '../../src/refresh/refresh-once.ts'
import {freshness} from '../../src/session/freshness.ts'
import {renew, renewBeside, type ElectionPort, type RenewPorts} from '../../src/session/renew.ts'
import {retire} from '../../src/session/retire.ts'
import {type Fault, ModelGateway} from './model-gateway.ts'
import {ModelServer} from './model-server.ts'
import type {Process} from './scheduler.ts'

/** What moves simulated processes on: at random, or in every order that there is. */
export interface Pace {
  now: number
  readonly random: () => number
  pick(below: number): number
  spawn(name: string, body: (process: Process) => Promise<void>): Process
  /** Parks the process until it is its turn. `polls`: it looks whether something has changed, again and again. */
  step(process: Process, at: string, delayMs?: number, polls?: boolean): Promise<void>
}

/** News of the ledger may end a pause at any moment: here it does so again and again. */
const NEWS_MS = 40

type LockName = 'electing' | 'refreshing'

/** The parts that are modelled in memory, or real: what outlives every simulated process. */
export interface Parts extends AsyncDisposable {
  readonly ledger: RefreshLedger
  /** The store as one process sees it; `step` comes before each of its accesses. */
  readonly storeFor: (step: (at: string) => Promise<void>, process?: Process) => SessionStore
  readonly tryLock: (name: LockName, generation: Generation) => Promise<Lock | undefined>
  /** Waiting runs look this many times less often than they do in life: real files are slow to look at. */
  readonly slowness: number
}

export type RunResult = {readonly run: string; readonly outcome: string}

/** Simulated runs, helpers and logouts on one home, against one server behind one gateway. */
export class World {
  readonly pace: Pace
  readonly server = new ModelServer()
  readonly gateway = new ModelGateway(this.server)
  readonly results: RunResult[] = []
  /** Decides for each connection which fault it meets. */
  nextFault: () => Fault = () => 'none'
  /** Faults that were met. */
  readonly faults: Fault[] = []
  /** Broken rules that no outcome shows. */
  readonly violations: string[] = []
  helpersKilled = 0
  /** What a process got to know, for an exploration that tells states apart. */
  note: (process: Process, what: unknown) => void = () => {}
  readonly #parts: Parts
  #helpers = 0

  constructor(pace: Pace, parts: Parts) {
    this.pace = pace
    this.#parts = parts
  }

  /** One command: uses its token, renews beside its work, or waits, as its token's freshness says. */
  startRun(name: string, delayMs = 0): Process {
    return this.pace.spawn(name, async (process) => {
      await this.pace.step(process, 'begins', delayMs)
      const outcome = await this.#useSession(process)
      this.results.push({run: name, outcome})
    })
  }

  startLogout(delayMs: number): Process {
    return this.pace.spawn('logout', async (process) => {
      await this.pace.step(process, 'begins', delayMs)
      await retire(this.#store(process), {
        ledger: this.#ledger(process),
        tryLock: (generation) => this.#lock(process, 'refreshing', generation),
        revoke: async (_stored, refreshToken) => {
          await this.pace.step(process, 'revokes')
          const revoked = this.server.revoke(refreshToken)
          this.note(process, revoked)
          return revoked ? 'revoked' : 'refused'
        },
        now: () => this.pace.now,
        sleep: (ms) => this.pace.step(process, 'sleeps', ms, true),
        holder: process.name,
      })
    })
  }

  async #useSession(process: Process): Promise<string> {
    const store = this.#store(process)
    // A process takes its time to come to this point.
    const runStartedAt = this.pace.now - this.pace.pick(200)
    for (;;) {
      const head = await store.head()
      if (!head) return 'signed-out'
      const state = freshness(head, this.pace.now)
      if (state === 'fresh') return 'ok'
      using election = this.#election(process, head.generation)
      const ports = this.#renewPorts(process, store, election)
      const order: RefreshOrder = {stale: head.generation, tokenValid: state === 'due', replay: false, runStartedAt}
      if (state === 'due') return await this.#workBeside(process, order, ports)
      const renewal = await renew(order, ports)
      if (renewal.outcome === 'signed-out') return 'signed-out'
      if (renewal.outcome === 'blocked') return renewal.blocked.reason.code
    }
  }

  async #workBeside(process: Process, order: RefreshOrder, ports: RenewPorts): Promise<string> {
    const beside = await renewBeside(order, ports)
    await this.pace.step(process, 'works')
    await beside.settled()
    return 'ok'
  }

  #renewPorts(process: Process, store: SessionStore, election: ElectionPort): RenewPorts {
    const {pace} = this
    return {
      ledger: this.#ledger(process),
      store,
      election,
      now: () => pace.now,
      random: pace.random,
      tell: () => {},
    }
  }

  #election(process: Process, stale: Generation): ElectionPort {
    const {pace} = this
    const state = {lock: undefined as Lock | undefined, helper: undefined as Process | undefined, launches: 0}
    const helperEnded = async (atMostMs: number) => {
      const until = pace.now + atMostMs
      while (state.helper && !state.helper.killed && pace.now < until)
        await pace.step(process, 'waits', 5 * this.#parts.slowness, true)
    }

    const isOpen = async () => {
      if (state.helper && !state.helper.killed) return false
      state.lock ??= await this.#lock(process, 'electing', stale)
      if (!state.lock) return false
      using held = await this.#lock(process, 'refreshing', stale)
      return held !== undefined
    }

    return {
      isOpen,
      get launches() {
        return state.launches
      },
      start: async (order) => {
        state.launches++
        await pace.step(process, 'spawns')
        state.helper = this.#startHelper(order)
      },
      pause: (ms) =>
        state.helper && !state.helper.killed
          ? helperEnded(ms)
          : pace.step(process, 'pauses', Math.min(ms, NEWS_MS) * this.#parts.slowness, true),
      helperEnded,
      [Symbol.dispose]: () => state.lock?.[Symbol.dispose](),
    }
  }

  #startHelper(order: RefreshOrder): Process {
    return this.pace.spawn(`helper ${++this.#helpers}`, async (process) => {
      await refreshOnce(order, this.#refreshPorts(process, order))
    })
  }

  #refreshPorts(process: Process, order: RefreshOrder): RefreshPorts {
    const {pace, server} = this
    const ahead = {seen: false}
    return {
      ledger: this.#ledger(process),
      store: this.#store(process),
      tryLock: () => this.#lock(process, 'refreshing', order.stale),
      connect: () => this.#connect(process, order, ahead),
      discover: async () => ({tokenEndpoint: 'http://127.0.0.1/token'}),
      giveBack: async (token) => {
        await pace.step(process, 'gives back')
        const revoked = server.revoke(token)
        this.note(process, revoked)
        return revoked
      },
      now: () => pace.now,
      sleep: (ms) => pace.step(process, 'sleeps', ms, ms < 100),
      random: pace.random,
      holder: process.name,
    }
  }

  /** @param ahead whether the metadata came since this process last presented a token */
  async #connect(process: Process, order: RefreshOrder, ahead: {seen: boolean}): ReturnType<RefreshPorts['connect']> {
    const {gateway, pace} = this
    const fault = this.nextFault()
    await pace.step(process, 'connects')
    this.note(process, fault)
    if (fault === 'unreachable') throw this.#failing({phase: 'not-sent', kind: 'refused', host: 'model', detail: ''})
    return {
      goesOn: true,
      get: async () => {
        await pace.step(process, 'looks ahead')
        const answer = this.#answered(process, gateway.look(fault, pace.now))
        ahead.seen = answer.body.includes('token_endpoint')
        return answer
      },
      post: async ({form, onReady}) => {
        await onReady()
        if (fault === 'closed') throw this.#failing({phase: 'not-sent', kind: 'reset', host: 'model', detail: ''})
        await pace.step(process, 'sends')
        if (!ahead.seen) this.violations.push(`row 23b: ${process.name} presented a token without looking ahead`)
        ahead.seen = false
        this.#present(form['refresh_token'] ?? '', order, fault)
        const {met, result} = gateway.token(form['refresh_token'] ?? '', fault, pace.now)
        if (met !== 'none') this.faults.push(met)
        await pace.step(process, 'receives', pace.pick(3) * 100)
        return this.#answered(process, result)
      },
      [Symbol.dispose]() {},
    }
  }

  /** G5: after an uncertain answer a later run may present it once more, and only when its token does not serve. */
  #present(token: string, {runStartedAt, tokenValid}: RefreshOrder, fault: Fault): void {
    if (fault === 'refused') this.server.endedByServer = true
    const uncertainAt = this.gateway.uncertainAt.get(token)
    if (uncertainAt === undefined) return
    if (tokenValid) this.violations.push('G5: presented again while the access token serves')
    if (runStartedAt <= uncertainAt) this.violations.push('G5: presented again by a run that saw the uncertain answer')
  }

  #answered(process: Process, result: Answer | TransportFailure): Answer {
    this.note(process, 'phase' in result ? result : [result.status, result.body.toString()])
    if ('phase' in result) throw this.#failing(result)
    return result
  }

  #failing(failure: TransportFailure): Error {
    return Object.assign(new Error(failure.kind), failure)
  }

  async #lock(process: Process, name: LockName, generation: Generation): Promise<Lock | undefined> {
    await this.pace.step(process, `locks ${name}`)
    const lock = await this.#parts.tryLock(name, generation)
    this.note(process, lock !== undefined)
    if (!lock) return undefined
    let held = true
    const free = () => {
      if (held) lock[Symbol.dispose]()
      held = false
    }

    // The kernel frees it when the process dies.
    process.onDeath.push(free)
    return {file: lock.file, [Symbol.dispose]: free}
  }

  #ledger(process: Process): RefreshLedger {
    const {ledger} = this.#parts
    const noted = <T>(value: T): T => {
      this.note(process, value)
      return value
    }

    return {
      read: (generation) => noted(ledger.read(generation)),
      issuerRest: (issuer, now) => noted(ledger.issuerRest(issuer, now)),
      lostAt: () => ledger.lostAt(),
      claim: (...args) => ledger.claim(...args),
      sent: (...args) => ledger.sent(...args),
      record: (...args) => ledger.record(...args),
      restIssuer: (...args) => ledger.restIssuer(...args),
    }
  }

  #store(process: Process): SessionStore {
    const store = this.#parts.storeFor((at) => this.pace.step(process, at), process)
    const noted =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        const result = await call(...args)
        this.note(process, result)
        return result
      }

    return {
      ...store,
      head: noted(() => store.head()),
      read: noted(() => store.read()),
      save: noted((...args: Parameters<SessionStore['save']>) => store.save(...args)),
      forget: noted(() => store.forget()),
    }
  }
}

export function refreshTokenOf(credential: Credential | undefined): string | undefined {
  return credential?.kind === 'oauth' ? credential.tokens.refreshToken : undefined
}
