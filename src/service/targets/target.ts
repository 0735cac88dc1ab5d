import type {Procedures} from '../client.ts'

/** A host that commands act on: this machine's host service over loopback, or another one through the relay. */
export interface Target extends Procedures {
  readonly hostId: string
  readonly isThisMachine: boolean
  /** As messages name it: `this machine`, `host build-box`. */
  readonly name: string
  /** What a command line needs to name it again: ` --host build-box`, or nothing. */
  readonly flag: string
}
