import {type Feedback} from './api/feedback.ts'
import {type NewTask} from './api/task-table.ts'
import {type Changes} from './changes.ts'
import {type Endpoint, type Faults} from './faults.ts'
import {type Gateway} from './gateway.ts'
import {type Host, type HostOptions} from './host/host.ts'
import {type Relay} from './host/relay.ts'
import {type Counters, type Journal} from './journal.ts'
import {type Seeds} from './seeds.ts'

export interface SandboxOptions {
  /** Port on 127.0.0.1; 0, the default, lets the system choose one. */
  readonly port?: number
  /** A path, or `:memory:` (the default). */
  readonly database?: string
  /** Lifetime of access tokens, in seconds; a week unless given, as in production. */
  readonly accessTokenSeconds?: number
  /** Delay of every token request, in milliseconds: before it is processed, and after it was committed. */
  readonly tokenDelayMs?: number | {readonly before?: number; readonly after?: number}
  /** Limit requests per address as production does; off unless asked for, because tests ask a lot. */
  readonly rateLimit?: boolean
  /** The CLI's ID tokens name each person by a subject of its own (OpenID Connect Core 8); off unless asked for. */
  readonly pairwise?: boolean
  /** Put a reverse proxy in front of it, which is what clients reach then. */
  readonly gateway?: boolean
  /** Gets one line for each request. */
  readonly log?: (line: string) => void
}

/** The Superset service on loopback: issuer, API and web origin in one. */
export interface Sandbox extends Seeds, AsyncDisposable {
  readonly url: string
  readonly counters: Counters
  readonly journal: Journal
  readonly faults: Readonly<Record<Endpoint, Faults>>
  readonly gateway?: Gateway
  /** Through which the hosts that are online are reached; on an origin of its own. */
  readonly relay: Relay
  /** All hosts that were started here, stopped ones too. */
  readonly hosts: readonly Host[]
  /** What users sent to the makers. */
  readonly feedback: Feedback[]
  /** Announces every step of the journal and every held request. */
  readonly changes: Changes
  /** Puts tasks into an organization, `team` unless given, the first one newest; also such as no client can make. */
  addTasks(tasks: readonly NewTask[], organizationId?: string): void
  /** Starts a host service and registers it with its organization. */
  startHost(options?: HostOptions): Promise<Host>
  /** Lifetime of the access tokens granted from now on, in seconds. */
  setAccessTokenSeconds(seconds: number): void
  /**
   * Takes the access tokens of another issuer, too, as a self-hosted service does: a user is known by the e-mail address.
   * @param audience what the tokens must be for; the service's own address unless given
   */
  trust(issuer: string, audience?: string): void
  /** How many refresh tokens the service would still accept, of one user or of all. */
  liveRefreshTokens(userId?: string): number
  /** Lets live refresh tokens reach their end now, as after thirty days unused; returns how many. */
  expireRefreshTokens(userId?: string): number
  /** What becomes of API keys: an owner disables one, its end comes, or its number of uses is reached. Of all keys. */
  spoilApiKeys(how: 'disabled' | 'expired' | 'used up'): void
  /** Loses all refresh tokens, as a server whose database was restored from a backup; returns how many. */
  forgetRefreshTokens(): number
  /** Stops the service, its hosts and relay, and leaves nothing open. Requests held by a fault are let go. */
  close(): Promise<void>
}
