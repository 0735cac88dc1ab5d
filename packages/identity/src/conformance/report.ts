import type {ConformanceReport, ScenarioResult} from './run.ts'

const SIGNS = {passed: 'ok  ', failed: 'FAIL', 'not applicable': 'n/a '} as const
/** Of a remark: what was expected, and the requests. */
const REMARK_LENGTH = 1200

/** For a terminal: a line for each scenario, then the sum. */
export function toText(report: ConformanceReport): string {
  const asked = report.results.filter(({outcome}) => outcome !== 'not applicable')
  return [...asked.map(lineOf), '', ...summaryOf(report)].join('\n')
}

export function lineOf({clause, detail, durationMs, id, level, outcome, title}: ScenarioResult): string {
  const line = `${SIGNS[outcome]} ${id} (${level} ${clause}): ${title}`
  if (outcome === 'passed') return `${line} [${durationMs} ms]`
  return `${line}\n       ${oneLine(detail)}`
}

export function summaryOf(report: ConformanceReport): readonly string[] {
  const {conforms, results, subject} = report
  return [
    ...notAsked(results).map(([reason, ids]) => `n/a  ${reason} (${ids.length})\n       ${ids.join(', ')}`),
    countsOf(report),
    `${subject.name} ${subject.version} ${conforms ? 'conforms' : 'does not conform'}.`,
  ]
}

function countsOf({counts}: ConformanceReport): string {
  const {failed, failedShould, notApplicable, passed} = counts
  return `${passed} passed, ${failed} failed (${failedShould} of them SHOULD), ${notApplicable} not applicable`
}

/** Scenarios that were not asked, by reason. */
function notAsked(results: ConformanceReport['results']): ReadonlyArray<readonly [string, readonly string[]]> {
  const rows = results.filter(({outcome}) => outcome === 'not applicable')
  const byReason = Map.groupBy(rows, ({detail = ''}) => detail)
  return [...byReason].map(([reason, found]) => [reason, found.map(({id}) => id)] as const)
}

/** For a file: everything that a reader needs who was not there. */
export function toMarkdown(report: ConformanceReport): string {
  const {conforms, date, kit, node, platform, results, subject} = report
  const asked = results.filter(({outcome}) => outcome !== 'not applicable')
  const rows = asked.map(
    ({clause, detail, durationMs, id, level, outcome, title}) =>
      `| ${outcome} | ${level} ${clause} | \`${id}\` | ${cell(title)} | ${cell(detail ?? `${durationMs} ms`)} |`,
  )
  return [
    `# Conformance of ${subject.name} ${subject.version}`,
    '',
    `**${conforms ? 'Conforms' : 'Does not conform'}**: ${countsOf(report)}.`,
    '',
    `| | |`,
    `| --- | --- |`,
    `| Provider | ${subject.name} ${subject.version} |`,
    `| Kit | ${kit.name} ${kit.version} |`,
    `| Date | ${date} |`,
    `| Node | ${node} |`,
    `| Platform | ${platform} |`,
    '',
    '| Result | Clause | Scenario | Promise | Remark |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...foldedRows(report),
  ].join('\n')
}

/** They are many, and say nothing of the provider's quality: closed until somebody opens them. */
function foldedRows({counts, results}: ConformanceReport): readonly string[] {
  if (counts.notApplicable === 0) return []
  return [
    `<details><summary>${counts.notApplicable} not applicable</summary>`,
    '',
    '| Scenarios | Reason |',
    '| --- | --- |',
    ...notAsked(results).map(([reason, ids]) => `| ${ids.map((id) => `\`${id}\``).join('<br>')} | ${cell(reason)} |`),
    '',
    '</details>',
    '',
  ]
}

function oneLine(text = ''): string {
  return text
    .split(/\s*\n\s*/)
    .join(' ')
    .slice(0, REMARK_LENGTH)
}

function cell(text: string): string {
  return oneLine(text).replaceAll('|', '\\|')
}
