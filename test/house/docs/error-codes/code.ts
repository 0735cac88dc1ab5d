/** An error code, as docs/exit-codes.md explains it. */
export interface ErrorCode {
  readonly code: string
  /** The exit codes that it comes with. */
  readonly exits: readonly number[]
  readonly cause: string
  readonly next: string
}

/** Codes of one area, with what they have in common. */
export interface Area {
  readonly title: string
  readonly codes: readonly ErrorCode[]
}

/** A row of a table, as one line. */
export function row(code: string, exits: number | readonly number[], cause: string, next: string): ErrorCode {
  return {code, exits: typeof exits === 'number' ? [exits] : exits, cause, next}
}
