/** What the previous client (1.24) has, command by command: its flags, and what is different here. */
export interface PreviousCommand {
  /** Words, as typed. */
  readonly command: string
  /** Its own flags; those of every command (`--json`, `--quiet`, `--api-key`) are not repeated. */
  readonly flags: readonly string[]
  /** What differs, a sentence each; empty where scripts move over as they are. */
  readonly differences: readonly string[]
  /** For commands that belong to another program: none of ours. */
  readonly elsewhere?: boolean
}

const TARGET = ['host', 'local']

function same(command: string, flags = '', ...differences: readonly string[]): PreviousCommand {
  return {command, flags: flags === '' ? [] : flags.split(' '), differences}
}

function elsewhere(command: string): PreviousCommand {
  return {command, flags: [], differences: [], elsewhere: true}
}

const RRULE = 'A rule that is wrong is refused with exit 2 and a sentence, not with the words of a library.'
const NAMES = 'Takes names where it took ids.'
const OWNER = "Of somebody else's it says so (`AUTOMATION_DENIED`, exit 77), not that there is none."
const ASKS = 'Asks on a terminal, with the name of what goes; elsewhere it needs `--yes`.'

export const PREVIOUS_COMMANDS: readonly PreviousCommand[] = [
  same('auth login', 'organization api-key', 'Also takes the name of the organization.'),
  same('auth logout', '', 'Also revokes the session at the server, where that is safe.'),
  same('auth whoami'),
  same('organization list', '', '`active` is `true` or `false`, not "✓" or "".'),
  same('organization switch', '', 'Also takes the name of the organization.'),
  same('organization members list', 'search limit'),
  same(
    'tasks list',
    'status priority assignee assignee-me creator-me search project project-name cycle due-from due-to sort-by sort-order limit offset',
    'Has `status`, the name, beside the previous fields; `assignee` and `project` are `null` where there is none, not "—".',
    NAMES,
    '`--assignee` takes an e-mail address, a name or `@me`, too; a status that there is not is STATUS_UNKNOWN, exit 1.',
    '`--all` lists more than one page.',
  ),
  same(
    'tasks get',
    '',
    'The text for people has all that the task has, on a terminal with names beside ids; the JSON is the same.',
  ),
  same(
    'tasks create',
    'title description priority assignee status-id estimate due-date labels',
    NAMES,
    '`--status-id` is an older spelling of `--status`; `--assignee none` is nobody.',
  ),
  same(
    'tasks update',
    'title description priority assignee status-id pr-url estimate due-date labels',
    NAMES,
    '`--clear <field>` empties a field; `--assignee none` is nobody.',
    'An update that changes nothing is refused.',
  ),
  same('tasks delete', '', ASKS, 'Where some cannot be deleted, the JSON says which and why, and which were; exit 1.'),
  same('tasks statuses list'),
  same('projects list', TARGET.join(' '), '`repo` is `null` where there is none, not "-".'),
  same('projects create', `${TARGET.join(' ')} name clone parent-dir import`),
  same('projects setup', `${TARGET.join(' ')} project path parent-dir import allow-relocate repo-url name`, NAMES),
  same('workspaces list', `${TARGET.join(' ')} project search`),
  same('workspaces get', 'host field', NAMES),
  same(
    'workspaces create',
    `${TARGET.join(' ')} project name branch pr task base-branch skip-branch-prefix agent prompt effort command attachment`,
    NAMES,
    'A workspace whose answer the relay did not wait for is looked for; the JSON has `answerLost` then.',
  ),
  same('workspaces update', 'host name task-id clear-task', NAMES),
  same(
    'workspaces delete',
    TARGET.join(' '),
    ASKS,
    NAMES,
    'An id that there is not is "not found", exit 1, not a success; the JSON says in `failed` which and why.',
  ),
  same('workspaces open', 'host print', NAMES),
  same('agents list', TARGET.join(' ')),
  same('agents create', 'workspace host agent prompt resume-session effort attachment-id attachment', NAMES),
  same('terminals list', 'workspace host', NAMES, 'The text for people is a list, not a count.'),
  same('terminals create', 'workspace host command cwd', NAMES),
  same('terminals read', 'workspace host terminal max-lines', NAMES),
  same('terminals send', 'workspace host terminal text no-submit', NAMES),
  same('terminals close', 'workspace host terminal', NAMES),
  same(
    'hosts list',
    'org',
    '`online` is `true` or `false`, not "yes", "no" or "local"; `local` says which one is this machine, `wakeCommand` what wakes it.',
  ),
  same('hosts set-wake', 'clear org', NAMES),
  same(
    'hosts wake',
    'yes org',
    'Exits 1 where the command fails, with its own number in `exitCode`; where it is not agreed to, with 1 and "Nothing was done.", not `{cancelled: true}`.',
  ),
  same('automations list', 'name'),
  same('automations get', '', NAMES, 'The text for people is text; `--json` is the JSON that was printed always.'),
  same(
    'automations create',
    'name prompt prompt-file rrule timezone dtstart project workspace host agent',
    NAMES,
    RRULE,
    'A host that the organization does not have is refused, this machine included.',
    '`--edit` writes the prompt in your editor, `--prompt-file -` reads it from standard input.',
  ),
  same(
    'automations update',
    'name rrule timezone dtstart agent host project workspace session enabled',
    NAMES,
    RRULE,
    OWNER,
  ),
  same('automations delete', '', NAMES, ASKS, OWNER),
  same('automations pause', '', NAMES, OWNER),
  same('automations resume', '', NAMES, OWNER),
  same(
    'automations run',
    '',
    NAMES,
    OWNER,
    'Why no run was started has codes: `AUTOMATION_RUNNING`, `AUTOMATION_HOST_OFFLINE` (exit 1), `AUTOMATION_NOT_STARTED` (exit 75).',
  ),
  same('automations logs', 'limit', NAMES),
  same('automations prompt get', '', NAMES),
  same('automations prompt set', 'from-file', NAMES, OWNER, 'Refuses an empty text; `--edit` opens your editor.'),
  same(
    'feedback submit',
    'type title body body-file attach diagnostics',
    '`--diagnostics` tells versions alone, no log, and shows them to a person before they are sent.',
  ),
  same(
    'status',
    'org',
    'A host service that is gone and left its manifest: `stale` and `reason`, and nothing is sent to it.',
  ),
  same('update', 'check force version', '`--available` lists releases; `--check` is not needed: it updates by itself.'),
  elsewhere('start'),
  elsewhere('stop'),
  ...['cdp', 'console', 'eval', 'import-login', 'list', 'navigate', 'open', 'screenshot'].map((verb) =>
    elsewhere(`browser ${verb}`),
  ),
  ...['get', 'list', 'reset', 'set'].map((verb) => elsewhere(`settings ${verb}`)),
  ...['export', 'get', 'import', 'list', 'remove', 'set'].map((verb) => elsewhere(`settings theme ${verb}`)),
]

/** What holds for every command. */
export const DIFFERENCES: readonly (readonly [string, string])[] = [
  ['every failure exits 1', 'exit codes say what kind of failure it was (`superset --help` lists them)'],
  ['errors are text even under `--json`', 'under `--json` an error is JSON on standard output'],
  ['any refresh that fails says "Session expired"', 'the reason that is true; a session is not lost with the network'],
  ['`--quiet` prints JSON for some commands', '`--quiet` prints ids'],
  [
    'tables are padded also in a pipe, with headings, and an empty list prints "No results."',
    'in a pipe: tab-separated lines without headings, nothing for nothing; `--output tsv` and `csv` have headings',
  ],
  ['a value that begins with `-` is refused', 'it is taken'],
  ['`CI=false` turns JSON on', 'it does not'],
  ['one analytics request for each command', 'none: there is no telemetry'],
]
