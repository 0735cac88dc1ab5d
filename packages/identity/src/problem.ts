import type {ExitCode} from './exit-codes.ts'

/** Every problem crosses package borders by this brand, never by `instanceof`: two copies of this package may be loaded. */
const PROBLEM: unique symbol = Symbol.for('superset.problem') as never

/** What a `Problem` is made of. */
export interface ProblemDetails {
  /** Stable, AREA_REASON, e.g. `AUTH_REQUIRED`. Scripts match on it. */
  readonly code: string
  /** What happened and why, in one or two sentences. Never holds a secret. */
  readonly message: string
  readonly exit: ExitCode
  /** What to do next: whole sentences or commands that exist. */
  readonly suggestions?: readonly string[]
  /** True when the same command may succeed later with nothing changed. */
  readonly retryable?: boolean
  /** Seconds from now, when the server or a shared back-off named a time. */
  readonly retryAfterSeconds?: number
  readonly issuer?: string
  readonly profile?: string
  readonly cause?: unknown
}

/** The one error of `superset` and its plugins: what happened, why, the next command; a stable code; an exit number. */
export class Problem extends Error {
  readonly [PROBLEM] = true
  readonly code: string
  readonly exit: ExitCode
  readonly suggestions: readonly string[]
  readonly retryable: boolean
  readonly retryAfterSeconds?: number
  readonly issuer?: string
  readonly profile?: string
  /** oclif reads its exit code here; a hook error without it would be swallowed. */
  readonly oclif: {readonly exit: ExitCode}

  constructor(details: ProblemDetails) {
    super(details.message, details.cause === undefined ? undefined : {cause: details.cause})
    this.name = 'Problem'
    this.code = details.code
    this.exit = details.exit
    this.suggestions = details.suggestions ?? []
    this.retryable = details.retryable ?? false
    if (details.retryAfterSeconds !== undefined) this.retryAfterSeconds = details.retryAfterSeconds
    if (details.issuer !== undefined) this.issuer = details.issuer
    if (details.profile !== undefined) this.profile = details.profile
    this.oclif = {exit: details.exit}
  }

  /** The JSON form that `--json` prints under `error`. */
  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      suggestions: this.suggestions,
      exit: this.exit,
      retryable: this.retryable,
      ...(this.retryAfterSeconds !== undefined && {retryAfterSeconds: this.retryAfterSeconds}),
      ...(this.issuer !== undefined && {issuer: this.issuer}),
      ...(this.profile !== undefined && {profile: this.profile}),
    }
  }
}

/** Whether it is a `Problem` of any copy of this package; `instanceof` knows its own copy only. */
export function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[PROBLEM] === true
}
