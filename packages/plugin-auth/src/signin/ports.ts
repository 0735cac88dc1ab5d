import type {IdentityRequest, Storage} from '@superset/identity'
import type {Binding, Credential} from '../model.ts'
import type {Transport} from '../network/http-request.ts'

/** Everything outside of one sign-in that talks to a person. */
export interface TerminalPorts {
  /** Starts a browser; absent where none can or may be started. Never throws: the address was printed. */
  readonly openBrowser?: (url: string) => void
  /** What a person pastes, line by line; ends when there is no more to come, or on abort. */
  readonly pastedLines: (signal: AbortSignal) => AsyncIterable<string>
  /** Yes or no, from a person; asked on a terminal only. */
  readonly confirm: (question: string) => Promise<boolean>
}

/** Who holds the profile now. */
export interface PortHolder {
  readonly issuer: string
  readonly subject?: string
  /** As a `Binding`'s. */
  readonly subjectFrom?: 'api'
  readonly account?: string
}

/** What signing in needs of the storage. */
export interface StoragePorts {
  /**
   * Decides where this profile's credential will be kept and proves that it can be: before the browser opens.
   * @throws Problem STORE_* (74, 78), policy (77)
   */
  readonly probe: (storage: Storage | undefined) => Promise<Storage>
  /** Offline and without a prompt. */
  readonly holder: () => Promise<PortHolder | undefined>
  /** Stores it, as the profile's. What was there before is untouched until then, and all of it when this fails. */
  readonly commit: (storage: Storage, binding: Binding, credential: Credential) => Promise<void>
  /**
   * The last completed sign-in wins: forgets what the commit left beside it. Those sessions end at the server, too, where
   * that is safe.
   */
  readonly retireReplaced: () => Promise<void>
  /** The organization that later commands act on. */
  readonly rememberOrganization: (id: string) => Promise<void>
}

export interface LoginPorts extends StoragePorts, TerminalPorts {
  readonly send: Transport
  readonly now: () => number
  /** The ports that the callback server tries; the registered ones unless given. */
  readonly callbackPorts?: readonly number[]
  /** How long a person may take; 5 minutes unless given. */
  readonly timeoutMs?: number
  /** Waits; the real clock unless given. */
  readonly waiting?: CallbackWait
}

/** Time as the device grant spends it. */
export interface CallbackWait {
  /** @throws what the signal was aborted with */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number
}

export type LoginRequest = Pick<
  IdentityRequest,
  | 'agentMode'
  | 'apiUrl'
  | 'clientId'
  | 'defaultApiUrl'
  | 'homeDir'
  | 'interactive'
  | 'issuer'
  | 'policy'
  | 'profile'
  | 'remember'
  | 'settings'
  | 'storage'
  | 'tell'
  | 'webUrl'
  | 'workload'
>
