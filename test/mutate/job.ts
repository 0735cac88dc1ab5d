/** One run of some test files, with one source file in the place of the one that stands there. */
export interface Job {
  /** URL; absent for a run without any mutation. */
  readonly mutated?: {readonly url: string; readonly text: string}
  /** URLs. */
  readonly tests: readonly string[]
}

export interface Outcome {
  /** The first test that failed, and how; nothing when all passed. */
  readonly caught?: string
  /** The process is of no more use. */
  readonly isLast?: boolean
}
