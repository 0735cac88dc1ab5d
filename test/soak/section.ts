import type {ServerName} from '../support/refresh-stage.ts'
import type {Tally} from './tally.ts'

/** Numbers given on the command line as `--name number`. */
export type Sizes = (name: string, otherwise: number) => number

export interface Section {
  readonly name: string
  /** What it does and the sizes it takes, for `--help`. */
  readonly summary: string
  run(tally: Tally, sizes: Sizes): Promise<void>
}

/** The service's own server is the usual one; the others are named. */
export function nameAt(server: ServerName, name: string): string {
  return server === 'sandbox' ? name : `${name}-${server}`
}
