/** What became of one test, or of a check or a file as a whole. */
export interface Result {
  readonly outcome: 'failed' | 'passed' | 'skipped'
  readonly title: string
  /** Of a failure: everything that helps. Of a skip: its reason. */
  readonly detail?: string
}

/**
 * One line of the reporter's file: the begin of a test or a hook, a result, the end of all tests, or what kept the
 * process from ending after that.
 */
export type ReportLine =
  | Result
  | {readonly outcome: 'begin'; readonly title: string}
  | {readonly outcome: 'end'}
  | {readonly outcome: 'open'; readonly detail: string}

export function count(results: readonly Result[], outcome: Result['outcome']): number {
  return results.filter((result) => result.outcome === outcome).length
}

/** The line that scripts read: `N passed, N failed`, with `, N skipped` where there are any. */
export function tally(results: readonly Result[]): string {
  const skipped = count(results, 'skipped')
  const line = `${count(results, 'passed')} passed, ${count(results, 'failed')} failed`
  return skipped === 0 ? line : `${line}, ${skipped} skipped`
}

/** Nothing failed, and something was tested. */
export function isSuccess(results: readonly Result[]): boolean {
  return count(results, 'failed') === 0 && count(results, 'passed') > 0
}
