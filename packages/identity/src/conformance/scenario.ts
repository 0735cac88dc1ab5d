import {failureOf} from './failure.ts'
import {patience} from './slowness.ts'
import {Stage} from './stage.ts'
import type {ConformanceSubject} from './subject.ts'

/** RFC 2119. */
export type Level = 'MUST' | 'SHOULD'

/** One promise of an identity plugin, shown on a stage of its own. */
export interface Scenario {
  /** Stable: `group/what`. */
  readonly id: string
  readonly title: string
  /** Number of the clause in docs/identity-plugins.md. */
  readonly clause: string
  readonly level: Level
  /** Why this cannot be asked of a subject; nothing when it can. */
  inapplicable(subject: ConformanceSubject): string | undefined
  /** @throws Error when the promise is not kept, or not within the deadline */
  run(subject: ConformanceSubject): Promise<void>
}

/** What a subject must have so that a scenario can be asked of it. */
export type Need =
  | 'profiles'
  | 'refresh()'
  | 'code-flow'
  | 'damage'
  | 'module'
  | 'outside'
  | 'refresh-token'
  | 'renewal'
  | 'seed'
  | 'source'

export interface Script {
  readonly id: string
  readonly title: string
  readonly clause: string
  readonly level?: Level
  readonly needs?: readonly Need[]
  readonly deadlineMs?: number
  readonly play: (stage: Stage) => Promise<void>
}

/** The same scripts, asked only of subjects that have this, too. */
export function needing(need: Need, scripts: readonly Script[]): readonly Script[] {
  return scripts.map((script) => ({...script, needs: [need, ...(script.needs ?? [])]}))
}

/** On an ordinary machine. */
const DEADLINE_MS = 15_000

export function toScenario(script: Script): Scenario {
  const {clause, deadlineMs = DEADLINE_MS, id, level = 'MUST', needs = [], play, title} = script
  return {
    ...{clause, id, level, title},
    inapplicable: (subject) => needs.map((need) => whyNot(need, subject)).find((why) => why !== undefined),
    async run(subject) {
      await using stage = await Stage.open(subject)
      try {
        await within(deadlineMs, play(stage))
      } catch (error) {
        throw failureOf(error, stage)
      }
    },
  }
}

function whyNot(need: Need, subject: ConformanceSubject): string | undefined {
  const {module, outsideCredentials, renewal, seed, damage, signIn} = subject
  const met: Readonly<Record<Need, boolean>> = {
    'code-flow': signIn === 'code-flow',
    'refresh-token': renewal === 'refresh-token',
    module: module !== undefined,
    damage: damage !== undefined,
    outside: outsideCredentials === true,
    renewal: renewal !== 'none',
    seed: seed !== undefined,
    source: renewal === 'source',
    profiles: subject.methods?.includes('profiles') === true,
    'refresh()': subject.methods?.includes('refresh') === true,
  }
  return met[need] ? undefined : REASONS[need]
}

const REASONS: Readonly<Record<Need, string>> = {
  'code-flow': 'the provider has no sign-in of its own (`signIn`)',
  'refresh-token': 'the provider uses no refresh tokens (`renewal`)',
  module: 'the subject does not name its module, so no other process can load it (`module`)',
  damage: 'the subject cannot damage its store (`damage`)',
  outside: 'the provider takes no key or token from outside (`outsideCredentials`)',
  renewal: 'the provider replaces no credential (`renewal`)',
  seed: 'the subject cannot place a session that is about to end (`seed`)',
  profiles: 'the provider does not list profiles (`methods`)',
  'refresh()': 'the provider has no refresh() (`methods`)',
  source: 'the provider asks no source for its credential (`renewal`)',
}

async function within(deadlineMs: number, work: Promise<void>): Promise<void> {
  const over = new AbortController()
  const late = patience(deadlineMs, over.signal).then(
    () => {
      throw new Error(`not over after ${deadlineMs / 1000} s, nor after what this machine may need beyond`)
    },
    () => {},
  )
  try {
    await Promise.race([work, late])
  } finally {
    over.abort()
  }
}
