import {approveOidc, type OidcProvider, startOidcProvider} from '@superset/foreign-issuer'
import {type Sandbox, startSandbox} from '@superset/sandbox'
import {DeviceClock} from './device-clock.ts'
import {LoginStage} from './login-stage.ts'

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** What happens during one wait. */
export type Plan = (stage: LoginStage) => Promise<unknown> | void

/** An issuer with a device grant, an API that takes its tokens, and people with two devices. */
export class DeviceStage implements AsyncDisposable {
  readonly sandbox: Sandbox
  readonly provider: OidcProvider

  private constructor(sandbox: Sandbox, provider: OidcProvider) {
    this.sandbox = sandbox
    this.provider = provider
  }

  static async open(): Promise<DeviceStage> {
    const sandbox = await startSandbox()
    const provider = await startOidcProvider({resource: sandbox.url})
    sandbox.trust(provider.url)
    return new DeviceStage(sandbox, provider)
  }

  /** A person whose time passes as planned: one plan for each wait. */
  async person(plans: readonly Plan[], changes: Parameters<typeof LoginStage.open>[1] = {}) {
    const clock = new DeviceClock(...plans.map((plan) => () => plan(stage)))
    const stage = await LoginStage.open(this.sandbox.url, {
      ...changes,
      request: {issuer: {value: this.provider.url, source: 'flag'}, ...changes.request},
      ports: {waiting: clock, ...changes.ports},
    })
    return {clock, stage}
  }

  /** Does on the other device what the terminal says. */
  readonly enterCode = (stage: LoginStage) =>
    approveOidc(lineAfter(stage, /^Open this address/), {
      userCode: lineAfter(stage, /enter this code/),
      email: this.sandbox.users.admin.email,
    })

  get polls(): number | undefined {
    return this.provider.journal.counters.token[DEVICE_GRANT]
  }

  /** As between two tests. */
  reset(): void {
    for (const faults of Object.values(this.provider.faults)) faults.clear()
    this.provider.journal.reset()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.provider.close()
    await this.sandbox.close()
  }
}

/** The line that was told after the one that says this. */
export function lineAfter(stage: LoginStage, pattern: RegExp): string {
  return stage.told[stage.told.findIndex((line) => pattern.test(line)) + 1]?.trim() ?? ''
}
