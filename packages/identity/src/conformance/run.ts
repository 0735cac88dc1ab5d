import {createRequire} from 'node:module'
import {scenarios as all} from './scenarios/all.ts'
import type {Scenario} from './scenario.ts'
import type {ConformanceSubject} from './subject.ts'

/** What became of one scenario. */
export interface ScenarioResult extends Pick<Scenario, 'clause' | 'id' | 'level' | 'title'> {
  readonly outcome: 'failed' | 'not applicable' | 'passed'
  /** Why it failed, or why it could not be asked. */
  readonly detail?: string
  readonly durationMs: number
}

/** What an organisation can file. */
export interface ConformanceReport {
  readonly subject: {readonly name: string; readonly version: string}
  readonly kit: {readonly name: string; readonly version: string}
  /** ISO 8601. */
  readonly date: string
  readonly node: string
  readonly platform: string
  readonly counts: {
    readonly passed: number
    readonly failed: number
    readonly notApplicable: number
    /** Of those that failed, the ones that an author may depart from with a reason. */
    readonly failedShould: number
  }
  /** True when every MUST that could be asked is met. */
  readonly conforms: boolean
  readonly results: readonly ScenarioResult[]
}

/** What is played, and who is told as it goes. */
export interface RunOptions {
  readonly scenarios?: readonly Scenario[]
  readonly onResult?: (result: ScenarioResult) => void
}

/** Plays one scenario after another. Never rejects for what the subject does. */
export async function runConformance(
  subject: ConformanceSubject,
  {scenarios = all, onResult}: RunOptions = {},
): Promise<ConformanceReport> {
  const results: ScenarioResult[] = []
  for (const scenario of scenarios) {
    const result = await play(scenario, subject)
    results.push(result)
    onResult?.(result)
  }

  const failed = results.filter(({outcome}) => outcome === 'failed')
  const failedShould = failed.filter(({level}) => level === 'SHOULD').length
  const passed = results.filter(({outcome}) => outcome === 'passed').length
  return {
    subject: {name: subject.name, version: subject.version},
    kit: {name: '@superset/identity', version: kitVersion()},
    date: new Date().toISOString(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    counts: {passed, failed: failed.length, notApplicable: results.length - passed - failed.length, failedShould},
    conforms: failed.length === failedShould && passed > 0,
    results,
  }
}

async function play(scenario: Scenario, subject: ConformanceSubject): Promise<ScenarioResult> {
  const {clause, id, level, title} = scenario
  const reason = scenario.inapplicable(subject)
  if (reason !== undefined)
    return {...{clause, id, level, title}, outcome: 'not applicable', detail: reason, durationMs: 0}
  const startedAt = performance.now()
  const detail = await scenario.run(subject).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  const durationMs = Math.round(performance.now() - startedAt)
  const outcome = detail === undefined ? 'passed' : 'failed'
  return {...{clause, id, level, title}, outcome, ...(detail !== undefined && {detail}), durationMs}
}

function kitVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('../../package.json')
  return (manifest as {readonly version: string}).version
}
