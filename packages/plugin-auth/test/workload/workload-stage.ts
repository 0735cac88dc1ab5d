import type {IdentityRequest, Session, WorkloadSettings} from '@superset/identity'
import {
  type OidcProvider,
  type OidcProviderOptions,
  startOidcProvider,
  startWorkloadIssuer,
  type WorkloadIssuer,
} from '@superset/foreign-issuer'
import {type Sandbox, startSandbox} from '@superset/sandbox'
import {type Transport, send} from '../../src/network/http-request.ts'
import {openWorkload} from '../../src/workload/open-workload.ts'
import {type TempHome, tempHome} from '../support/temp-home.ts'

/** A job of CI: the issuer that vouches for it, the issuer that takes its word, and an API that takes that one's. */
export class WorkloadStage implements AsyncDisposable {
  readonly jobs: WorkloadIssuer
  readonly provider: OidcProvider
  readonly sandbox: Sandbox
  readonly home: TempHome
  /** How long each pause before another try was, in ms. */
  readonly pauses: number[] = []
  readonly told: string[] = []
  /** By how much the job's clock is ahead, in ms. */
  aheadMs = 0
  /** What is sent goes through here. */
  send: Transport = send

  private constructor(jobs: WorkloadIssuer, provider: OidcProvider, sandbox: Sandbox, home: TempHome) {
    this.jobs = jobs
    this.provider = provider
    this.sandbox = sandbox
    this.home = home
  }

  static async open(options: OidcProviderOptions = {}): Promise<WorkloadStage> {
    const jobs = await startWorkloadIssuer()
    const sandbox = await startSandbox()
    const accounts = {[jobs.subject]: sandbox.users.admin.email}
    const workloads = [{issuer: jobs.url, accounts}]
    const provider = await startOidcProvider({resource: sandbox.url, workloads, ...options})
    sandbox.trust(provider.url)
    return new WorkloadStage(jobs, provider, sandbox, await tempHome())
  }

  request(workload: WorkloadSettings | undefined, changes: Partial<IdentityRequest> = {}): IdentityRequest {
    const {sandbox} = this
    return {
      ...{bin: 'superset', version: '1.0.0', homeDir: this.home.homeDir, profile: 'default'},
      apiUrl: {value: sandbox.url, source: 'env:SUPERSET_API_URL'},
      defaultApiUrl: 'https://api.superset.sh',
      webUrl: {value: sandbox.url, source: 'default'},
      clientId: {value: 'superset-cli', source: 'default'},
      issuer: {value: this.provider.url, source: 'env:SUPERSET_ISSUER'},
      secrets: {workloadRequestToken: this.jobs.requestToken},
      ...{interactive: false, agentMode: true, tell: (line: string) => void this.told.push(line)},
      ...(workload && {workload: {value: workload, source: 'env:SUPERSET_WORKLOAD_IDENTITY'}}),
      ...changes,
    }
  }

  /** What a run of the program gets. */
  session(workload: WorkloadSettings, changes: Partial<IdentityRequest> = {}, githubUrl?: string): Promise<Session> {
    const context = {
      request: this.request(workload, changes),
      organization: undefined,
      selectOrganization: () => Promise.reject(new Error('nothing is to be stored')),
    }
    return openWorkload(workload, context, {
      send: (request) => this.send(request),
      now: () => Date.now() + this.aheadMs,
      pause: async (ms) => this.pauses.push(ms),
      githubUrl: githubUrl ?? this.jobs.requestUrl,
    })
  }

  get exchanges(): number {
    return this.provider.journal.counters.token[EXCHANGE] ?? 0
  }

  /** As between two tests. */
  reset(): void {
    for (const faults of Object.values(this.provider.faults)) faults.clear()
    for (const faults of Object.values(this.sandbox.faults)) faults.clear()
    this.jobs.faults.clear()
    this.provider.journal.reset()
    this.pauses.length = 0
    this.aheadMs = 0
    this.send = send
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.provider.close()
    await this.sandbox.close()
    await this.jobs.close()
    await this.home[Symbol.asyncDispose]()
  }
}

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
