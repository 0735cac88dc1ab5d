import type {Sourced, Storage} from '@superset/identity'

export interface StorageWishes {
  /** `--storage` or `SUPERSET_STORAGE`, with its source; the flag wins before it comes here. */
  readonly explicit?: Sourced<Storage>
  /** True when SUPERSET_STORAGE_KEY is set. */
  readonly hasStorageKey: boolean
  /** Of what is stored for this profile now. */
  readonly existing?: Storage
}

/**
 * Which storage a new sign-in goes to. What was asked for explicitly is used or fails; nothing ever falls back to a
 * weaker one by itself.
 */
export function chooseStorage(wishes: StorageWishes): Sourced<Storage> {
  if (wishes.explicit !== undefined) return wishes.explicit
  if (wishes.hasStorageKey) return {value: 'key', source: 'env:SUPERSET_STORAGE_KEY'}
  if (wishes.existing !== undefined) return {value: wishes.existing, source: 'stored'}
  return {value: 'keychain', source: 'default'}
}
