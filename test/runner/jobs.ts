import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {runNode, type ChildEnd} from './child.ts'
import {cleanEnvironment, type EnvironmentOptions} from './environment.ts'
import {count, type ReportLine, type Result} from './results.ts'

/** One job: a check or a test file, in a process and a home of its own. */
export interface JobOptions extends EnvironmentOptions {
  readonly root: string
  readonly home: string
  /** For how long it may report nothing, on an ordinary machine. */
  readonly silenceMs: number
}

/** A program that must succeed; it counts as one test. */
export interface Check {
  readonly name: string
  readonly args: readonly string[]
}

const REPORTER = path.join(import.meta.dirname, 'reporter.ts')

export async function runCheck(check: Check, options: JobOptions): Promise<Result[]> {
  const end = await run(check.args, options)
  if (end.status === 0) return [{outcome: 'passed', title: check.name}]
  return [{outcome: 'failed', title: check.name, detail: `${end.output.trimEnd()}\n(${ending(end)})`}]
}

/** A file that crashes, hangs, holds no test, or does not end by itself is a failure too. */
export async function runFile(file: string, options: JobOptions): Promise<Result[]> {
  const report = reportOf(options)
  const mocha = path.join(options.root, 'node_modules/mocha/bin/mocha.js')
  const end = await run([mocha, '--reporter', REPORTER, '--reporter-option', `report=${report}`, file], options)
  const lines = readReport(report)
  const results = lines.filter(isResult).map((result) => demandReason(result))
  const complaint = complain(lines, results, end)
  if (complaint) results.push({outcome: 'failed', title: file, detail: `${complaint} (${ending(end)}).`})
  return withOutput(results, file, end.output.trimEnd())
}

function run(args: readonly string[], options: JobOptions): Promise<ChildEnd> {
  const {root, home, silenceMs} = options
  return runNode(args, {
    cwd: root,
    env: cleanEnvironment(home, options),
    log: path.join(home, 'output.log'),
    report: reportOf(options),
    silenceMs,
  })
}

function reportOf({home}: JobOptions): string {
  return path.join(home, 'report.jsonl')
}

/** A killed process may have left half a line, which says nothing. */
function readReport(file: string): ReportLine[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as ReportLine)
}

function isResult(line: ReportLine): line is Result {
  return line.outcome !== 'begin' && line.outcome !== 'end' && line.outcome !== 'open'
}

function demandReason(result: Result): Result {
  if (result.outcome !== 'skipped' || result.detail) return result
  const detail = 'Skipped without a reason: use skip(this, "reason") of test/support/skip.ts.'
  return {...result, outcome: 'failed', detail}
}

function complain(lines: readonly ReportLine[], results: readonly Result[], end: ChildEnd): string | undefined {
  const last = lines.at(-1)
  if (last?.outcome === 'open') return `Its tests ended, its process did not; still open: ${last.detail}`
  if (end.silentMs !== undefined) return `Nothing happened in ${inProgress(last)}`
  if (last?.outcome !== 'end') return 'The process ended before its tests did'
  if (results.length === 0) return 'This file holds no test'
  if (end.status !== 0 && count(results, 'failed') === 0) return 'Every test passed, the process failed'
  return undefined
}

/** What a file printed is shown only where something failed: once, below its last failure. */
function withOutput(results: readonly Result[], file: string, output: string): Result[] {
  const last = results.findLastIndex((result) => result.outcome === 'failed')
  if (output === '') return [...results]
  return results.map((result, index) =>
    index === last ? {...result, detail: `${result.detail ?? ''}\noutput of ${file}:\n${output}`} : result,
  )
}

function inProgress(last: ReportLine | undefined): string {
  if (last?.outcome === 'begin') return last.title
  return last === undefined ? 'loading it' : 'what is between two tests'
}

function ending({status, signal, silentMs}: ChildEnd): string {
  if (silentMs !== undefined) return `killed after ${Math.round(silentMs / 1000)} s of silence`
  return signal === null ? `exit ${status}` : `ended by ${signal}`
}
