import type {Run} from '../support/cli.ts'
import type {RefreshStage} from '../support/refresh-stage.ts'

/** What one section counted. A violation is something that must never be; it makes the soak fail. */
export class Tally {
  readonly section: string
  rounds = 0
  runs = 0
  lost = 0
  maxPresentations = 0
  requests = 0
  /** Ms from the save to the end of a run that had waited for it. */
  readonly waits: number[] = []
  readonly wrongMessages: string[] = []
  readonly violations: string[] = []
  /** What was met how often: phases of kills, for example. */
  readonly met = new Map<string, number>()
  skipped: string | undefined

  constructor(section: string) {
    this.section = section
  }

  meet(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1)
  }

  demand(holds: boolean, otherwise: string): void {
    if (!holds) this.violations.push(otherwise)
  }

  /** The run must have succeeded. */
  succeeded(run: Run, where: string): boolean {
    this.runs++
    this.demand(run.code === 0, `${where}: exit ${run.code ?? run.signal}: ${oneLine(run)}`)
    return run.code === 0
  }

  /** The run must have failed, and for this reason. */
  failed(run: Run, expected: {code: string; exit: number}, where: string): void {
    this.runs++
    if (run.code !== expected.exit || codeOf(run) !== expected.code) {
      this.wrongMessages.push(
        `${where}: expected ${expected.code} (${expected.exit}), got ${run.code}: ${oneLine(run)}`,
      )
    }
  }

  /** Takes over what the server saw. */
  observe(stage: RefreshStage): void {
    this.maxPresentations = Math.max(this.maxPresentations, stage.maxPresentations)
    this.requests += stage.refreshRequests
  }

  /** The session must be alive: a forced refresh shows it. */
  async demandAlive(stage: RefreshStage, where: string): Promise<void> {
    const run = await stage.refresh()
    this.runs++
    if (run.code === 0) return
    this.lost++
    this.violations.push(`${where}: the session is lost: ${oneLine(run)}`)
  }

  get isSound(): boolean {
    return this.violations.length === 0 && this.wrongMessages.length === 0
  }
}

function codeOf(run: Run): string | undefined {
  try {
    return (JSON.parse(run.stdout) as {error?: {code?: string}}).error?.code
  } catch {
    return undefined
  }
}

function oneLine({stdout, stderr}: Run): string {
  return `${stdout} ${stderr}`.replaceAll(/\s+/g, ' ').trim().slice(0, 300)
}
