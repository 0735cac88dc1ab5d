/** One run that a resident process is asked for. */
export interface Job {
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  readonly input?: string
}

/** What became of it. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Something was still under way when it exited: the process ends with it, as it would have. */
  readonly isLast: boolean
}
