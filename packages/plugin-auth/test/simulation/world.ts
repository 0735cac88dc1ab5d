import type {Lock} from '../../src/ledger/lock.ts'
import type {Credential, Head, SessionStore} from '../../src/model.ts'
import type {RefreshLedger, RefreshOrder, RefreshPorts, TransportFailure} from '../../src/refresh/ports.ts'
import {refreshOnce} from '../../src/refresh/refresh-once.ts'
import {freshness} from '../../src/session/freshness.ts'
import {renew, renewBeside, type ElectionPort, type RenewPorts} from '../../src/session/renew.ts'
import {retire} from '../../src/session/retire.ts'
import {ModelServer, type ServerFault} from './model-server.ts'
import type {Scheduler} from './scheduler.ts'
import {type Process} from './scheduler.ts'

/** The parts that are modelled in memory, or real: what outlives every simulated process. */
export interface Parts extends AsyncDisposable {
  readonly ledger: RefreshLedger
  readonly store: SessionStore
  readonly tryLock: (name: 'electing' | 'refreshing') => Promise<Lock | undefined>
  /** Waiting runs look this many times less often than they do in life: real files are slow to look at. */
  readonly slowness: number
}

export type RunResult = {readonly run: string; readonly outcome: string}

/** Simulated runs, helpers and logouts on one home, against one server. */
export class World {
  readonly scheduler: Scheduler
  readonly server = new ModelServer()
  readonly results: RunResult[] = []
  /** Odds that a token request meets a fault; set to 0 for the epilogue. */
  faultOdds = 0
  readonly faults: ServerFault[] = []
  helpersKilled = 0
  readonly #parts: Parts
  #helpers = 0

  constructor(scheduler: Scheduler, parts: Parts) {
    this.scheduler = scheduler
    this.#parts = parts
  }

  /** One command: uses its token, renews beside its work, or waits, as its token's freshness says. */
  startRun(name: string, delayMs = 0): Process {
    return this.scheduler.spawn(name, async (process) => {
      await this.scheduler.step(process, 'begins', delayMs)
      const outcome = await this.#useSession(process)
      this.results.push({run: name, outcome})
    })
  }

  startLogout(delayMs: number): Process {
    return this.scheduler.spawn('logout', async (process) => {
      await this.scheduler.step(process, 'begins', delayMs)
      await retire(this.#store(process), {
        ledger: this.#parts.ledger,
        tryLock: () => this.#lock(process, 'refreshing'),
        revoke: async (_stored, refreshToken) => {
          await this.scheduler.step(process, 'revokes')
          return this.server.revoke(refreshToken) ? 'revoked' : 'refused'
        },
        now: () => this.scheduler.now,
        sleep: (ms) => this.scheduler.step(process, 'sleeps', ms),
        holder: process.name,
      })
    })
  }

  async #useSession(process: Process): Promise<string> {
    const store = this.#store(process)
    const runStartedAt = this.scheduler.now
    for (;;) {
      const head = await store.head()
      if (!head) return 'signed-out'
      const state = freshness(head, this.scheduler.now)
      if (state === 'fresh') return 'ok'
      using election = this.#election(process)
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
    await this.scheduler.step(process, 'works')
    await beside.settled()
    return 'ok'
  }

  #renewPorts(process: Process, store: SessionStore, election: ElectionPort): RenewPorts {
    const {scheduler} = this
    return {
      ledger: this.#parts.ledger,
      store,
      election,
      now: () => scheduler.now,
      random: scheduler.random,
      tell: () => {},
    }
  }

  #election(process: Process): ElectionPort {
    const {scheduler} = this
    const state = {lock: undefined as Lock | undefined, helper: undefined as Process | undefined, launches: 0}
    const helperEnded = async (atMostMs: number) => {
      const until = scheduler.now + atMostMs
      while (state.helper && !state.helper.killed && scheduler.now < until)
        await scheduler.step(process, 'waits', 5 * this.#parts.slowness)
    }

    const isOpen = async () => {
      if (state.helper && !state.helper.killed) return false
      state.lock ??= await this.#lock(process, 'electing')
      if (!state.lock) return false
      using held = await this.#lock(process, 'refreshing')
      return held !== undefined
    }

    return {
      isOpen,
      get launches() {
        return state.launches
      },
      start: async (order) => {
        state.launches++
        await scheduler.step(process, 'spawns')
        state.helper = this.#startHelper(order)
      },
      pause: (ms) =>
        state.helper && !state.helper.killed
          ? helperEnded(ms)
          : scheduler.step(process, 'pauses', ms * this.#parts.slowness),
      helperEnded,
      [Symbol.dispose]: () => state.lock?.[Symbol.dispose](),
    }
  }

  #startHelper(order: RefreshOrder): Process {
    return this.scheduler.spawn(`helper ${++this.#helpers}`, async (process) => {
      await refreshOnce(order, this.#refreshPorts(process))
    })
  }

  #refreshPorts(process: Process): RefreshPorts {
    const {scheduler, server} = this
    return {
      ledger: this.#parts.ledger,
      store: this.#store(process),
      tryLock: () => this.#lock(process, 'refreshing'),
      post: async ({form, onConnected}) => {
        const fault = this.#nextFault()
        await scheduler.step(process, 'connects')
        if (fault === 'unreachable') throw failing({phase: 'not-sent', kind: 'refused', host: 'model', detail: ''})
        await onConnected()
        await scheduler.step(process, 'sends')
        const answer = server.process(form['refresh_token'] ?? '', fault)
        await scheduler.step(process, 'receives', this.scheduler.pick(3) * 100)
        if ('phase' in answer) throw failing(answer)
        return answer
      },
      discover: async () => ({tokenEndpoint: 'http://127.0.0.1/token'}),
      giveBack: async (token) => {
        await scheduler.step(process, 'gives back')
        return server.revoke(token)
      },
      now: () => scheduler.now,
      sleep: (ms) => scheduler.step(process, 'sleeps', ms),
      random: scheduler.random,
      holder: process.name,
    }
  }

  #nextFault(): ServerFault {
    const {scheduler, server} = this
    if (!scheduler.chance(this.faultOdds)) return 'none'
    const kinds: ServerFault[] = [
      '429',
      '500 after',
      '500 before',
      '503',
      'cut after',
      'cut before',
      'refused',
      'unreachable',
    ]
    const fault = kinds[scheduler.pick(kinds.length)] ?? 'none'
    this.faults.push(fault)
    if (fault === 'refused') server.endedByServer = true
    return fault
  }

  async #lock(process: Process, name: 'electing' | 'refreshing'): Promise<Lock | undefined> {
    await this.scheduler.step(process, `locks ${name}`)
    const lock = await this.#parts.tryLock(name)
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

  /** The store as one process sees it: every call is a step, before and after. */
  #store(process: Process): SessionStore {
    const {store} = this.#parts
    const stepped =
      <A extends unknown[], R>(at: string, call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await this.scheduler.step(process, at)
        const result = await call(...args)
        await this.scheduler.step(process, `${at}: done`)
        return result
      }

    return {
      storage: store.storage,
      sessionId: store.sessionId,
      binding: store.binding,
      place: store.place,
      head: stepped('looks', (): Promise<Head | undefined> => store.head()),
      read: stepped('reads', () => store.read()),
      preflight: stepped('pre-flight', async () => {
        const reservation = await store.preflight()
        // The kernel closes the file of a process that dies; the file itself stays, which is what the sweep is for.
        process.onDeath.push(() => void reservation[Symbol.asyncDispose]())
        return reservation
      }),
      save: stepped('saves', (...args: Parameters<SessionStore['save']>) => store.save(...args)),
      forget: stepped('forgets', () => store.forget()),
      handoff: () => store.handoff(),
    }
  }
}

function failing(failure: TransportFailure): Error {
  return Object.assign(new Error(failure.kind), failure)
}

export function refreshTokenOf(credential: Credential | undefined): string | undefined {
  return credential?.kind === 'oauth' ? credential.tokens.refreshToken : undefined
}
