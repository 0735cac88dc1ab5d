import {type Area, row} from './code.ts'

const LOGIN = 'Run `superset auth login`.'
const AGAIN = 'Run the command again.'
const LATER = 'Run the command again later; the session is kept.'
const ADMINISTRATOR = 'Ask the administrator of the issuer; the session is kept.'
const REPLAY =
  'Run `superset auth login`. `superset auth refresh --replay` sends the old token again, at the risk of being signed out everywhere.'

export const SIGN_IN: Area = {
  title: 'Signing in and out',
  codes: [
    row(
      'AUTH_REQUIRED',
      4,
      'Nobody is signed in.',
      'Run `superset auth login`; without a terminal set `SUPERSET_API_KEY`.',
    ),
    row('AUTH_CANCELLED', 130, 'You stopped the sign-in. What was stored before still is.', LOGIN),
    row('AUTH_DECLINED', 77, 'You, or the issuer, declined on the page.', LOGIN),
    row(
      'AUTH_TIMED_OUT',
      4,
      'Nobody signed in on the page in time.',
      'Run `superset auth login`, over SSH with `--device`.',
    ),
    row('AUTH_CODE_EXPIRED', 4, 'The code for another device expired.', 'Run `superset auth login --device` again.'),
    row('AUTH_NOT_COMPLETED', 75, 'The issuer or the network failed in the middle of the sign-in.', LOGIN),
    row(
      'AUTH_REFUSED',
      [4, 77, 78],
      'The issuer refuses the sign-in, or the API refuses the credential (401).',
      'The message says who refused and what to change.',
    ),
    row(
      'AUTH_PORT_TAKEN',
      78,
      'Another program holds the only port that the issuer sends the answer to.',
      'End that program, or register another port and name it with `--redirect-port`.',
    ),
    row(
      'AUTH_PAGE_REFUSED',
      77,
      'The page for the code is on a host that is not the issuer’s.',
      'If it belongs to the issuer, add the host to `deviceHosts` in the settings of the profile.',
    ),
    row(
      'AUTH_DEVICE_UNSUPPORTED',
      78,
      'The issuer offers no sign-in with a code on another device.',
      'Sign in with a browser or an API key.',
    ),
    row(
      'AUTH_WRONG_ISSUER',
      77,
      'The answer came from another issuer than the one that was asked.',
      'Check the issuer before you sign in again.',
    ),
    row(
      'AUTH_OTHER_ACCOUNT',
      77,
      'You signed in as somebody else than the profile is for.',
      'Use `--profile <name>` for a second account, or `--replace`.',
    ),
    row(
      'AUTH_ISSUER_REFUSED',
      78,
      'The API does not accept tokens of this issuer.',
      'Name one of its issuers with `--issuer`, or the right API with `--api-url`.',
    ),
    row(
      'AUTH_ISSUER_ALONE',
      [2, 78],
      'An issuer was named without the API that accepts its tokens.',
      'Name the API, too: `--api-url` or `SUPERSET_API_URL`.',
    ),
    row(
      'AUTH_ISSUER_MISMATCH',
      78,
      'The metadata of the issuer names another issuer.',
      'Name the issuer exactly as its metadata does.',
    ),
    row(
      'AUTH_DISCOVERY',
      78,
      'At that address there is no metadata of an issuer, or it names no endpoint to sign in at.',
      'Check the address of the issuer.',
    ),
    row(
      'AUTH_ENDPOINT_INSECURE',
      78,
      'An endpoint of the issuer is not an https address.',
      'Ask the administrator of the issuer.',
    ),
    row('AUTH_UNREACHABLE', 75, 'The issuer cannot be reached.', 'Check the network, then run the command again.'),
    row(
      'AUTH_LOGIN_NOT_NEEDED',
      78,
      'This run uses a workload identity, and nothing is stored for it.',
      'Run the command that you need.',
    ),
    row('AUTH_NO_WORKLOAD', 78, 'No workload identity is configured.', 'Set `SUPERSET_WORKLOAD_IDENTITY`.'),
    row(
      'AUTH_KEY_MALFORMED',
      2,
      'What was given is not an API key.',
      'Run `superset auth login --with-api-key` and paste the key alone.',
    ),
    row(
      'AUTH_KEY_INVALID',
      4,
      'The service does not know the API key that you sign in with, or it has ended.',
      'Check the key, or create a new one in the web settings.',
    ),
    row(
      'AUTH_API_KEY_INVALID',
      4,
      'The service refuses the API key of this run.',
      'Create another key, or run `superset auth login`.',
    ),
    row('AUTH_NOT_SUPPORTED', 78, 'The identity plugin cannot do that.', 'Its documentation says how it is used.'),
    row(
      'AUTH_NOT_REFRESHABLE',
      78,
      'There is nothing to refresh: an API key, or a token from outside.',
      'None is needed.',
    ),
    row(
      'AUTH_NO_TOKEN',
      78,
      'Inside a cloud sandbox the network adds the credential; there is no token to print.',
      'Run the command elsewhere.',
    ),
    row('MIGRATE_DECLINED', 1, 'You said no; nothing was moved.', 'None is needed.'),
  ],
}

export const SESSIONS: Area = {
  title: 'Sessions and their refresh',
  codes: [
    row('AUTH_ENDED', 4, 'The issuer ended the session, or refuses it.', LOGIN),
    row('AUTH_STEP_UP', 4, 'The issuer wants you to confirm who you are (MFA).', LOGIN),
    row('AUTH_INTERRUPTED', 4, 'A refresh was interrupted after it had been sent, and its answer is lost.', REPLAY),
    row(
      'AUTH_COPIED',
      4,
      'The stored session is a copy of another machine’s; refreshing it would sign that one out.',
      LOGIN,
    ),
    row('AUTH_TOKEN_TYPE', 4, 'The issuer gave a token of a type that cannot be used.', LOGIN),
    row('AUTH_OTHER_SUBJECT', 4, 'The refreshed token is for somebody else; it is not used.', LOGIN),
    row('AUTH_UNAVAILABLE', 75, 'The issuer is temporarily unavailable.', LATER),
    row('AUTH_RATE_LIMITED', 75, 'The issuer got too many requests.', LATER),
    row(
      'AUTH_WEB_PAGE',
      75,
      'A web page came in the place of a token: a captive portal or a proxy.',
      'Sign in to the network in a browser, then run the command again.',
    ),
    row(
      'AUTH_ANSWER_LOST',
      75,
      'The connection broke after the refresh had been sent.',
      'Run the command again; it says whether a new sign-in is needed.',
    ),
    row(
      'AUTH_ANSWER_LATE',
      75,
      'The issuer has not answered yet; its answer is still awaited in the background.',
      LATER,
    ),
    row('AUTH_BUSY', 75, 'Another run is refreshing or moving this session.', AGAIN),
    row('AUTH_HELPER_DIED', 75, 'The refresh was stopped before it was sent.', AGAIN),
    row(
      'AUTH_BLOCKED',
      77,
      'Something between here and the issuer answered 403.',
      'Ask your network administrator; the session is kept.',
    ),
    row(
      'AUTH_SCOPE_WIDER',
      77,
      'The issuer granted more than was asked for. It is a warning, unless a policy refuses that.',
      'Ask your administrator whether that is meant.',
    ),
    row(
      'AUTH_CLIENT_REFUSED',
      78,
      'The issuer does not accept this client, or does not let it refresh.',
      ADMINISTRATOR,
    ),
    row('AUTH_GRANT_UNSUPPORTED', 78, 'The issuer has no refresh tokens for this client.', LOGIN),
    row('AUTH_SCOPE_CHANGED', 78, 'The scopes were changed at the issuer.', LOGIN),
    row('AUTH_RESOURCE_REFUSED', 78, 'The resource is not allowed for this sign-in.', LOGIN),
    row('AUTH_ENDPOINT_MISSING', 78, 'There is no token endpoint where the metadata says.', ADMINISTRATOR),
    row('AUTH_REDIRECTED', 78, 'The token endpoint redirects elsewhere; that is not followed.', ADMINISTRATOR),
    row(
      'AUTH_REVOCATION_UNCONFIRMED',
      4,
      'The session was sent to be revoked, and the server did not confirm; it is not used any more.',
      LOGIN,
    ),
    row(
      'ORIGIN_MISMATCH',
      78,
      'The session belongs to one API, and a variable or setting names another. Nothing was sent.',
      'Unset the variable that the message names, use the profile of that API, or sign in there.',
    ),
    row(
      'ORIGIN_UNNAMED',
      78,
      'A key or session does not say which API it is for, and two are possible. Nothing was sent.',
      'Set `SUPERSET_API_URL` to the API that it is for.',
    ),
    row(
      'ORIGIN_FOREIGN',
      78,
      'A command wanted to send the credential to another host than the API. Nothing was sent.',
      'Tell the author of the command.',
    ),
  ],
}
