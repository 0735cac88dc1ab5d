/** A mutation that changes nothing which anybody could see. */
export interface Equivalent {
  readonly file: string
  readonly edit: string
  readonly why: string
}

export const EQUIVALENT: readonly Equivalent[] = []
