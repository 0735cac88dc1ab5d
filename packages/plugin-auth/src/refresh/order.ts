import type {StoreHandle} from '../model.ts'
import type {RefreshOrder} from './ports.ts'

/** What the command writes into the helper's pipe: one line of JSON. */
export interface HelperOrder {
  readonly order: RefreshOrder
  readonly handle: StoreHandle
  /** The sealing key, base64; absent for the `file` store. */
  readonly key?: string
}
