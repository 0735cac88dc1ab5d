import type {ManualPage} from './page.ts'

export const FORMATTING: ManualPage = {
  name: 'formatting',
  title: 'Output',
  summary: 'JSON, tables, CSV, fields, ids, colours',
  sections: [
    {
      heading: 'Who reads it',
      of: 'where',
      rows: [
        ['a terminal', 'Tables that fit the screen, colours, a pager where the list is longer than it.'],
        [
          'a pipe or a file',
          'Lines with tabs between the fields, without headings and colours; nothing for an empty list.',
        ],
        ['a coding agent or CI', 'JSON; `superset help environment` names the variables that tell.'],
      ],
    },
    {
      heading: 'Flags',
      of: 'flag',
      rows: [
        ['--json', 'Data, without an envelope. An error is `{"error": {…}}`. Nothing else is on standard output.'],
        ['-q, --quiet', 'Ids alone, one a line.'],
        [
          '--output table|json|csv|tsv',
          'For lists: this form, wherever it goes. CSV (RFC 4180) and TSV have a line of headings.',
        ],
        ['--fields a,b', 'For lists: these fields alone, in this order; in JSON, too.'],
      ],
      example: [
        'superset tasks list --json | jq -r ".[].title"',
        'superset tasks list --fields slug,title --output csv',
        'superset tasks delete $(superset tasks list --status Done --quiet) --yes',
      ],
    },
    {
      heading: 'The shape of JSON',
      text: [
        '`superset schema <command>` prints the JSON Schema of what `--json` prints. Instants are ISO 8601 in UTC. Keys that a schema does not name may be there, too.',
      ],
      example: ['superset schema tasks list'],
    },
    {
      heading: 'Standard error',
      text: [
        'What a person is to know beside the data (progress, questions, warnings, errors) goes to standard error, so that a pipe carries data alone. Control characters in what a server or plugin says are shown, not obeyed.',
      ],
    },
  ],
}
