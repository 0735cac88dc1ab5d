import type {IdentityPolicy} from './policy.ts'
import type {ProfileSettings, SettingsChange, WorkloadSettings} from './settings.ts'
import type {Sourced, Storage} from './values.ts'

/** Secrets that the host took out of `process.env` before anything else ran; no child process inherits them. */
export interface Secrets {
  readonly apiKey?: string
  readonly token?: string
  readonly storageKey?: string
  /** What a workload's own token is fetched with: `ACTIONS_ID_TOKEN_REQUEST_TOKEN` of GitHub Actions. */
  readonly workloadRequestToken?: string
  /** The workload's own token, from the variable that `workload` names: `SUPERSET_ID_TOKEN` for GitLab. */
  readonly workloadToken?: string
}

/** All that a provider may know of this run. Built by the host from flags, environment and configuration. */
export interface IdentityRequest {
  /** Name of the executable, for messages. */
  readonly bin: string
  readonly version: string
  /** `SUPERSET_HOME_DIR`, by default `~/.superset`. Absolute; may not exist yet. */
  readonly homeDir: string
  readonly profile: string
  /** `SUPERSET_API_URL` or the default; an origin without a trailing slash. */
  readonly apiUrl: Sourced<string>
  /** The origin that a stored credential belongs to when nothing recorded says otherwise, whatever `apiUrl` names. */
  readonly defaultApiUrl: string
  readonly webUrl: Sourced<string>
  readonly issuer?: Sourced<string>
  readonly clientId: Sourced<string>
  readonly storage?: Sourced<Storage>
  readonly organization?: Sourced<string>
  /** `--api-key` of this invocation. */
  readonly apiKeyFlag?: string
  readonly secrets: Secrets
  /** Set inside a cloud sandbox: the network adds the credential (`SUPERSET_SANDBOX_WORKSPACE_ID`). */
  readonly sandboxWorkspaceId?: string
  /**
   * `SUPERSET_WORKLOAD_IDENTITY`, or what was saved for this profile: this run signs in with the identity of the machine
   * that it runs on, and nothing is stored.
   */
  readonly workload?: Sourced<WorkloadSettings>
  /** What was saved for this profile. Values with a field of their own above are there already, with their source. */
  readonly settings?: ProfileSettings
  /** What this machine's policy says about signing in. What it pins is in the fields above already. */
  readonly policy?: IdentityPolicy
  /** Saves settings for this profile. Absent where nothing can be saved. @throws Problem CONFIG_* (78), STORE_* (74) */
  readonly remember?: (change: SettingsChange) => Promise<void>
  /** True when a person can be asked: stdin and stderr are terminals, neither CI nor agent mode. */
  readonly interactive: boolean
  /** True when a coding agent or CI runs us: JSON is the default output then. */
  readonly agentMode: boolean
  /** One line for the person, on stderr. */
  readonly tell: (line: string) => void
}
