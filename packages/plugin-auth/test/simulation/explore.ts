import {modelWith} from './parts.ts'
import {checkEpilogue, checkRuns, noteKill} from './schedule.ts'
import {Scheduler, type Parked, type Process} from './scheduler.ts'
import {World} from './world.ts'
import type {Fault} from './model-gateway.ts'

/** What takes part. */
export interface Setting {
  readonly runs: number
  /** The fault that one connection meets, and which one. */
  readonly fault: Fault
  readonly connection: number
  /** At most so many processes are killed, at any moment. */
  readonly kills: number
  readonly leaves: boolean
  /** The access token serves for a while yet. */
  readonly isDue: boolean
}

/** Nothing is left to chance: who asks for it gets the middle. */
class StillScheduler extends Scheduler {
  override readonly random = (): number => 0.5

  constructor() {
    super(0)
  }

  override pick(): number {
    return 0
  }
}

type Choice = {readonly kind: 'kill' | 'run'; readonly parked: Parked}

/**
 * One execution, which can be asked what may happen next. The code under test cannot be copied in mid-course, so each
 * execution begins anew and follows the choices of another as far as it wants to.
 */
class Execution {
  readonly scheduler = new StillScheduler()
  readonly world: World
  readonly #parts
  readonly #setting: Setting
  readonly #known = new Map<Process, number>()
  /** What a process that looks for news has seen. */
  readonly #seen = new Map<Parked, string>()
  #killsLeft: number

  constructor(setting: Setting) {
    this.#setting = setting
    this.#killsLeft = setting.kills
    const {scheduler} = this
    this.#parts = modelWith({expiresAt: scheduler.now + (setting.isDue ? 150_000 : -1000), lifetimeMs: 600_000})
    this.world = new World(scheduler, this.#parts)
    this.world.note = (process, what) =>
      this.#known.set(process, hash(`${this.#known.get(process)} ${scheduler.now} ${JSON.stringify(what) ?? ''}`))
    let connections = 0
    this.world.nextFault = () => (++connections === setting.connection ? setting.fault : 'none')
    for (let run = 1; run <= setting.runs; run++) this.world.startRun(`run ${run}`)
    if (setting.leaves) this.world.startLogout(0)
  }

  /** Who only looks for news is let go on when there is some, or when there is nobody else to do anything. */
  choices(): readonly Choice[] {
    const {parked} = this.scheduler
    const able = parked.filter((one) => !one.polls || this.#seen.get(one) !== this.#newsFor(one))
    const earliest = Math.min(...parked.map(({wakeAt}) => wakeAt))
    const next = able.length > 0 ? able : parked.filter(({wakeAt}) => wakeAt === earliest)
    const kills = this.#killsLeft > 0 ? parked : []
    return [
      ...next.map((one): Choice => ({kind: 'run', parked: one})),
      ...kills.map((one): Choice => ({kind: 'kill', parked: one})),
    ]
  }

  async take({kind, parked}: Choice): Promise<void> {
    const {scheduler} = this
    if (kind === 'kill') {
      this.#killsLeft--
      noteKill(this.world, parked.process)
      scheduler.kill(parked.process)
      return
    }

    if (!parked.polls || this.#seen.get(parked) === this.#newsFor(parked))
      scheduler.now = Math.max(scheduler.now, parked.wakeAt)
    const before = new Set(scheduler.parked)
    await scheduler.advance(parked)
    for (const one of scheduler.parked) if (one.polls && !before.has(one)) this.#seen.set(one, this.#newsFor(one))
  }

  /** Two executions with the same key have the same future: what is shared, and all that each process has seen. */
  get key(): string {
    const {now, parked} = this.scheduler
    const processes = parked.map((one) => [
      one.process.name,
      one.at,
      one.wakeAt - now,
      this.#known.get(one.process),
      one.polls && this.#seen.get(one) === this.#newsFor(one),
    ])
    const {helpersKilled, results, faults} = this.world
    return JSON.stringify([
      this.#parts.state,
      this.world.gateway.state,
      now,
      this.#killsLeft,
      helpersKilled,
      results,
      faults,
      processes.toSorted(),
    ])
  }

  async finish(): Promise<void> {
    const {fault, kills, leaves, isDue} = this.#setting
    checkRuns(this.world, {calm: fault === 'none' && kills === 0 && !leaves, leaves, isDue})
    await checkEpilogue(this.world, this.#parts, this.scheduler, leaves)
  }

  /** Who waits for its helper looks at nothing else; everybody else looks at store, ledger and locks. */
  #newsFor({at}: Parked): string {
    const alive = this.scheduler.parked.map(({process}) => process.name).toSorted()
    return JSON.stringify(at === 'waits' ? alive : [alive, this.#parts.state])
  }
}

export interface Explored {
  readonly states: number
  readonly executions: number
  readonly ends: number
}

/**
 * Every order of steps, and every moment for the kill: a depth-first search over the states of the model that visits
 * each once. @throws the first broken rule, with the steps that led to it
 */
export async function explore(setting: Setting): Promise<Explored> {
  const visited = new Set<number>()
  const open: Array<readonly number[]> = [[]]
  let executions = 0
  let ends = 0
  for (let prefix = open.pop(); prefix; prefix = open.pop()) {
    executions++
    const execution = new Execution(setting)
    try {
      ends += (await follow(execution, prefix, visited, open)) ? 1 : 0
    } catch (error) {
      const steps = execution.scheduler.trace.join('\n  ')
      throw new Error(`${JSON.stringify(setting)}: ${(error as Error).message}\n  ${steps}`, {cause: error})
    }
  }

  return {states: visited.size, executions, ends}
}

/** @returns true when it came to an end that nobody had come to before */
async function follow(
  execution: Execution,
  prefix: readonly number[],
  visited: Set<number>,
  open: Array<readonly number[]>,
): Promise<boolean> {
  const taken: number[] = []
  for (;;) {
    const choices = execution.choices()
    let chosen = prefix[taken.length]
    if (chosen === undefined) {
      const key = hash(execution.key)
      if (visited.has(key)) return false
      visited.add(key)
      for (let other = choices.length - 1; other > 0; other--) open.push([...taken, other])
      chosen = 0
    }

    const choice = choices[chosen]
    if (!choice) break
    taken.push(chosen)
    await execution.take(choice)
  }

  await execution.finish()
  return true
}

/** 53 bits (cyrb53): among a million states, two are taken for one with odds of 1 in 18,000. */
function hash(text: string): number {
  let [a, b] = [0xde_ad_be_ef, 0x41_c6_ce_57]
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 2_654_435_761)
    b = Math.imul(b ^ code, 1_597_334_677)
  }

  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909)
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909)
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0)
}
