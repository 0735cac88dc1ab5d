import {appendFileSync} from 'node:fs'
import process from 'node:process'
import {inspect} from 'node:util'
import {skipReason} from '../support/skip.ts'
import type {ReportLine} from './results.ts'

const PATIENCE_MS = 5000

/** A mocha reporter for the runner: one JSON line for each finished test, into the file that it is told. */
export default class Reporter {
  constructor(runner: Mocha.Runner, options: {reporterOptions?: {report?: string}}) {
    const file = options.reporterOptions?.report
    if (!file) throw new Error('this reporter needs --reporter-option report=<file>')
    const write = (line: ReportLine) => appendFileSync(file, `${JSON.stringify(line)}\n`)
    const begin = (runnable: Mocha.Runnable) => write({outcome: 'begin', title: runnable.fullTitle()})
    runner.on('test', begin)
    runner.on('hook', begin)
    runner.on('pass', (test) => write({outcome: 'passed', title: test.fullTitle()}))
    runner.on('fail', (test, error) =>
      write({outcome: 'failed', title: test.fullTitle(), detail: describeError(error)}),
    )
    runner.on('pending', (test) => {
      const reason = skipReason(test)
      write({outcome: 'skipped', title: test.fullTitle(), ...(reason !== undefined && {detail: reason})})
    })
    runner.once('end', () => {
      write({outcome: 'end'})
      setTimeout(() => blameOpen(write), PATIENCE_MS).unref()
    })
  }
}

/** The timer that calls this is unref'd: it fires only where something else keeps the process alive. */
function blameOpen(write: (line: ReportLine) => void): void {
  const resources = process.getActiveResourcesInfo()
  write({outcome: 'open', detail: [...new Set(resources)].join(', ')})
  process.exit(1)
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error)
  const own = error.stack ?? String(error)
  return error.cause === undefined ? own : `${own}\ncaused by: ${inspect(error.cause)}`
}
