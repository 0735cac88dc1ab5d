import type {Source, Storage, WorkloadSettings} from '@superset/identity'

/**
 * The nouns of this plugin. Types only. Instants inside records are milliseconds since the epoch (`…At`), because they
 * are written to disk; durations end in `Ms`.
 */

/**
 * What presenting a refresh token a second time ends at the server: every session of the user on every machine
 * (`user`), this session (`session`), nothing inside a window (`{graceMs}`), nothing at all (`none`).
 */
export type ReplayPolicy = 'none' | 'session' | 'user' | {readonly graceMs: number}

/** One right to present one refresh token. Every answered refresh begins a new one, even when the token is unchanged. */
export interface Generation {
  readonly sessionId: string
  /** Names the stored record: its number (sealed stores) or a fingerprint of the stored access token (`file`). */
  readonly sequence: string
  /** SHA-256 of the refresh token, base64url; empty when there is none. Not a secret: the token is 160 bits and more. */
  readonly digest: string
}

/** What the token endpoint gave us (RFC 6749 5.1), with our own notes on time. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly scope?: string
  /** By the server's clock. Absent: not known; the token is used until a 401. */
  readonly expiresAt?: number
  /** How long the token was granted for; the leeway is relative to it. */
  readonly lifetimeMs?: number
  /** Server's clock minus ours, when the tokens came. */
  readonly clockOffsetMs: number
  /** By our clock. */
  readonly receivedAt: number
}

export type Credential =
  {readonly kind: 'api-key'; readonly apiKey: string} | {readonly kind: 'oauth'; readonly tokens: Tokens}

/** What a stored credential belongs to: never sent anywhere else. Not secret. */
export interface Binding {
  readonly profile: string
  /** For an API key: the API's origin. */
  readonly issuer: string
  readonly apiUrl: string
  /** True: nobody ever said which API it is for (a key of the previous client, say); the default is taken for it. */
  readonly apiUrlAssumed?: true
  readonly clientId: string
  /** RFC 8707, sent on every token request. */
  readonly resource?: string
  /** The parameter of issuers that know no `resource`; likewise. */
  readonly audience?: string
  /** What was asked for at the sign-in, where the issuer may want to hear it again. */
  readonly scope?: string
  /** True: a refresh names the scope, too. */
  readonly scopeOnRefresh?: boolean
  /** For an issuer that does not say how long its access tokens live. */
  readonly accessTokenSeconds?: number
  /** Absent for a session of the incumbent's file: discovered when first needed. */
  readonly tokenEndpoint?: string
  readonly revocationEndpoint?: string
  readonly replayPolicy: ReplayPolicy
  readonly subject?: string
  /**
   * `api`: `subject` is what the API goes by (an access token's `sub`, or its own word about an API key), and no ID token
   * named one. The two may differ for one person (pairwise subjects, OpenID Connect Core 8), so they are never compared.
   * Absent: the ID token's, which is userinfo's, too (5.3.2).
   */
  readonly subjectFrom?: 'api'
  readonly account?: string
}

/** What a sign-out took away. */
export interface ForgottenSession extends StoredSession {
  /** Refresh tokens that came in answers which must not be used (rows 37 and 42): never presented, alive at the server. */
  readonly unused?: readonly string[]
}

export interface StoredSession {
  readonly generation: Generation
  readonly binding: Binding
  readonly credential: Credential
  /** The machine that stored it, as far as that was noted. */
  readonly machine?: string
}

/** What is about to be stored as a session of its own. */
export interface NewSession {
  readonly binding: Binding
  readonly credential: Credential
  /** The machine that obtained it. */
  readonly machine: string
  /** Moving: forgets it in the old place, as the last step. When it throws, the new place is emptied again. */
  readonly letGo?: () => Promise<void>
}

/** The part of a record that is not secret: read without the key, so that status and peeking need no keychain. */
export interface Head {
  readonly generation: Generation
  readonly kind: Credential['kind']
  readonly renewable: boolean
  readonly expiresAt?: number
  readonly lifetimeMs?: number
  readonly clockOffsetMs: number
  readonly receivedAt: number
  /** The record was made on another machine: this home is a copy, and what it presented would sign that machine out. */
  readonly madeElsewhere?: boolean
  /** Where the last save went when the home could not be written (row 58); `doctor --fix` brings it back. */
  readonly keptIn?: string
}

export type SaveResult =
  | {readonly outcome: 'saved'; readonly generation: Generation}
  /** Somebody signed out in the meantime: the new tokens must not come back to life here. */
  | {
      readonly outcome: 'signed-out'
      /** The sign-out came after the save and found the new tokens: to revoke them, once, is for it alone. */
      readonly buried?: true
    }
  /** Somebody stored a newer session in the meantime: adopt it. */
  | {readonly outcome: 'superseded'}

/** All that another process needs to open the same store; the key travels beside it by pipe, never in here. */
export interface StoreHandle {
  readonly storage: Storage
  readonly homeDir: string
  readonly sessionId: string
  readonly binding: Binding
}

/** One stored credential of one profile, in one of the three storages. */
export interface SessionStore {
  readonly storage: Storage
  readonly sessionId: string
  readonly binding: Binding
  /** Where it is, for a person: a path or "login keyring". */
  readonly place: string
  /** Why it cannot be used at all: then its `binding` says nothing, either. */
  readonly broken?: Error
  /** The folder that `forget()` moves what is broken to. */
  readonly movedTo?: string
  /** Cheap, no key, no prompt. `undefined`: signed out. @throws Problem STORE_* */
  head(): Promise<Head | undefined>
  /** Opens the record; may ask the keychain. `undefined`: signed out. @throws Problem STORE_* (74, 78) */
  read(): Promise<StoredSession | undefined>
  /**
   * Proves before a token is spent that its successor can be saved: the key is in memory, the folder is writable, the
   * space is there (reserved until the reservation is disposed of). @throws Problem STORE_* (74, 78)
   */
  preflight(): Promise<AsyncDisposable>
  /**
   * Stores what replaced `replaced`, atomically, never over anything newer. Needs neither lock nor keychain when
   * `preflight()` went before.
   */
  save(replaced: Generation, tokens: Tokens): Promise<SaveResult>
  /**
   * Keeps tokens that must not be used, sealed, out of the way (rows 37 and 42); a sign-out removes them. Absent where
   * nothing is sealed: plain text is not multiplied.
   */
  setAside?(replaced: Generation, tokens: Tokens): Promise<void>
  /** Forgets it here, first of all and for good; what was forgotten is returned when it could be read. */
  forget(): Promise<ForgottenSession | undefined>
  /** For the refresh helper. The key is absent for `file`. @throws Problem STORE_* */
  handoff(): Promise<{readonly handle: StoreHandle; readonly key?: Buffer}>
}

/** A credential that this run could use, whether or not it wins. */
export type Candidate =
  | {readonly kind: 'ambient'; readonly source: Source}
  | {readonly kind: 'workload'; readonly settings: WorkloadSettings; readonly namedBy: Source; readonly source: Source}
  | {readonly kind: 'static'; readonly scheme: 'api-key' | 'bearer'; readonly secret: string; readonly source: Source}
  | {
      readonly kind: 'stored'
      readonly store: SessionStore
      readonly credential: Credential['kind']
      readonly source: Source
    }
