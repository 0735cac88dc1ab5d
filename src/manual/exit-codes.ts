import {EXIT_MEANINGS} from '@superset/identity'
import type {ManualPage} from './page.ts'

export const EXIT_CODES: ManualPage = {
  name: 'exit-codes',
  title: 'Exit codes and error codes',
  summary: 'what the exit codes say, for scripts',
  sections: [
    {heading: 'Exit codes', of: 'code', rows: Object.entries(EXIT_MEANINGS)},
    {
      heading: 'What a script can rely on',
      text: [
        'No other number is used, also where a plugin ends with one. 74, 75, 77 and 78 are those of sysexits.h.',
        '75 is never called 4: where the service or the issuer could not be asked, that is temporary, and the session is kept.',
        'In the JSON of an error `retryable` says whether the same command may succeed later with nothing changed, and `retryAfterSeconds`, where it is there, when. It is false where a change may have been made already (`SERVICE_OUTCOME_UNKNOWN`, 75): look before you repeat that.',
      ],
    },
    {
      heading: 'Error codes',
      text: [
        'Each error has a code that stays the same from version to version, such as `TASK_NOT_FOUND`. It is the last line on standard error, in parentheses. As JSON, it is `error.code` of what is on standard output. docs/exit-codes.md explains all of them.',
      ],
      example: ['superset tasks get nope --json | jq -r .error.code'],
    },
  ],
}
