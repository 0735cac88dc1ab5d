import type {ConformanceReport, ScenarioResult} from './run.ts'

const SIGNS = {passed: 'ok  ', failed: 'FAIL', 'not applicable': 'n/a '} as const

/** For a terminal: a line for each scenario, then the sum. */
export function toText(report: ConformanceReport): string {
  return [...report.results.map(lineOf), '', ...summaryOf(report)].join('\n')
}

export function lineOf({clause, detail, durationMs, id, level, outcome, title}: ScenarioResult): string {
  const line = `${SIGNS[outcome]} ${id} (${level} ${clause}): ${title}`
  if (outcome === 'passed') return `${line} [${durationMs} ms]`
  return `${line}\n       ${oneLine(detail)}`
}

export function summaryOf({conforms, counts, subject}: ConformanceReport): readonly string[] {
  const {failed, failedShould, notApplicable, passed} = counts
  return [
    `${passed} passed, ${failed} failed (${failedShould} of them SHOULD), ${notApplicable} not applicable`,
    `${subject.name} ${subject.version} ${conforms ? 'conforms' : 'does not conform'}.`,
  ]
}

/** For a file: everything that a reader needs who was not there. */
export function toMarkdown(report: ConformanceReport): string {
  const {conforms, date, kit, node, platform, results, subject} = report
  const rows = results.map(
    ({clause, detail, durationMs, id, level, outcome, title}) =>
      `| ${outcome} | ${level} ${clause} | \`${id}\` | ${cell(title)} | ${cell(detail ?? `${durationMs} ms`)} |`,
  )
  return [
    `# Conformance of ${subject.name} ${subject.version}`,
    '',
    `**${conforms ? 'Conforms' : 'Does not conform'}**: ${summaryOf(report)[0]}.`,
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
  ].join('\n')
}

function oneLine(text = ''): string {
  return text
    .split(/\s*\n\s*/)
    .join(' ')
    .slice(0, 400)
}

function cell(text: string): string {
  return oneLine(text).replaceAll('|', '\\|')
}
