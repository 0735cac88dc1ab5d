import type {ManualPage, ManualSection} from '../../../src/manual/page.ts'
import {GENERATED} from './commands.ts'
import type {Area, ErrorCode} from './error-codes/code.ts'

/** A page of `superset help`, as a page of docs. */
export function manualPage({sections, title}: ManualPage, further = ''): string {
  return [GENERATED, `# ${title}`, '', ...sections.flatMap(sectionText), further].join('\n').trimEnd() + '\n'
}

/** Below the exit codes: every error code, by area. */
export function errorCodeTables(areas: readonly Area[]): string {
  return areas
    .flatMap(({codes, title}) => [
      `### ${title}`,
      '',
      '| code | exit | what happened | what to do |',
      '| --- | --- | --- | --- |',
      ...codes.map(codeRow),
      '',
    ])
    .join('\n')
}

function codeRow({cause, code, exits, next}: ErrorCode): string {
  return `| \`${code}\` | ${exits.join(', ')} | ${cell(cause)} | ${cell(next)} |`
}

function sectionText({example = [], heading, of = '', rows = [], text = []}: ManualSection): string[] {
  return [
    `## ${heading}`,
    '',
    ...text.flatMap((one) => [one, '']),
    ...(rows.length === 0
      ? []
      : [
          `| ${of} | |`,
          '| --- | --- |',
          ...rows.map(([term, meaning]) => `| ${terms(term, of)} | ${cell(meaning)} |`),
          '',
        ]),
    ...(example.length === 0 ? [] : ['```sh', ...example, '```', '']),
  ]
}

/** What one types or sees is set as code; `where` is where output goes, in words. */
function terms(term: string, of: string): string {
  return of === 'where'
    ? cell(term)
    : term
        .split(', ')
        .map((one) => `\`${cell(one)}\``)
        .join(', ')
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}
