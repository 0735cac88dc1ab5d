import {type Area, row} from './code.ts'

const AGAIN = 'Run the command again.'

export const WORKLOADS: Area = {
  title: 'Identities of CI jobs, and credential commands',
  codes: [
    row(
      'WORKLOAD_TOKEN_MISSING',
      78,
      'The identity of the job is not there.',
      'The message says how the CI system gives it, such as `id-token: write`.',
    ),
    row('WORKLOAD_TOKEN_MALFORMED', 78, 'What is there is no token.', 'Check `SUPERSET_WORKLOAD_IDENTITY`.'),
    row(
      'WORKLOAD_TOKEN_REFUSED',
      [75, 78],
      'GitHub Actions gave the job no token.',
      'Run it again later, or give the job `id-token: write`.',
    ),
    row(
      'WORKLOAD_REFUSED',
      77,
      'The issuer refuses the identity of the job.',
      'Let the issuer trust the subject and audience that the message shows.',
    ),
    row(
      'WORKLOAD_UNSUPPORTED',
      78,
      'The issuer has no token exchange, not for this client, or not for this API.',
      'Configure it as docs/ci.md says.',
    ),
    row(
      'AUTH_COMMAND_UNSET',
      78,
      'No credential command is set for the profile.',
      'Set it in the settings of the profile, as the message says.',
    ),
    row(
      'AUTH_COMMAND_MISSING',
      78,
      'The credential command is not there.',
      'Correct it in the settings of the profile.',
    ),
    row(
      'AUTH_COMMAND_NOT_EXECUTABLE',
      78,
      'The credential command is no file that you may execute.',
      'Correct it in the settings of the profile.',
    ),
    row(
      'AUTH_COMMAND_NOT_STARTED',
      [75, 78],
      'The credential command cannot be started.',
      'Run it by hand to see why.',
    ),
    row('AUTH_COMMAND_KILLED', 75, 'The credential command was ended by a signal.', AGAIN),
    row('AUTH_COMMAND_TIMEOUT', 75, 'The credential command took too long.', AGAIN),
    row(
      'AUTH_COMMAND_UNAVAILABLE',
      75,
      'The credential command says that it failed for now (its exit code was 75).',
      AGAIN,
    ),
    row(
      'AUTH_COMMAND_DENIED',
      77,
      'The credential command says that you are not allowed (its exit code was 77).',
      'Run it by hand to see why.',
    ),
    row('AUTH_COMMAND_FAILED', 78, 'The credential command failed.', 'Run it by hand to see what it says.'),
    row(
      'AUTH_COMMAND_OUTPUT',
      78,
      'What the credential command printed is no credential.',
      'Run it by hand, and compare with the README of the plugin.',
    ),
    row(
      'AUTH_COMMAND_VERSION',
      78,
      'The credential command speaks a version that the plugin does not know.',
      'Run `superset plugins update`, or use a fitting version of the command.',
    ),
    row(
      'AUTH_COMMAND_EXPIRED',
      4,
      'The credential command gave a credential that has expired.',
      'Sign in where the command takes it from; check the clock.',
    ),
    row(
      'AUTH_COMMAND_CHANGED',
      78,
      'The credential command gave the credential of somebody else than before in this run.',
      AGAIN,
    ),
    row(
      'AUTH_COMMAND_ISSUER',
      [77, 78],
      'The credential command gave a credential of another issuer than settings or policy name.',
      'Correct the settings of the profile.',
    ),
    row(
      'AUTH_COMMAND_TERMINAL',
      4,
      'The credential command asks a person, and there is no terminal.',
      'Run the same command on a terminal.',
    ),
    row(
      'AUTH_COMMAND_NESTED',
      78,
      'The credential command runs superset, which needs the credential command.',
      'Set `SUPERSET_IDENTITY` in the command to the plugin that is to sign in there.',
    ),
  ],
}
