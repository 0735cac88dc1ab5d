import type {Problem} from '@superset/identity'
import {EXIT} from '@superset/identity'
import {problem} from '../problem.ts'

import type {KeychainOutcome} from './outcome.ts'

type Failure = Exclude<KeychainOutcome, {kind: 'done' | 'found'}>

const CHOICES = [
  'Choose: `superset auth login --storage file` (plain text, 0600),',
  'or set SUPERSET_STORAGE_KEY to a key of your own (encrypted), then run `superset auth login`.',
]

/** Before a sign-in: nothing is stored yet, so another storage is a way out (rows 52, 53, 55). */
export function unusableForSignIn(outcome: Failure): Problem {
  if (outcome.kind === 'locked') return locked()
  if (outcome.kind === 'hung' || outcome.kind === 'busy') return hung(outcome.kind)
  const reason = outcome.kind === 'unavailable' ? outcome.reason : 'it does not keep what is stored'
  return problem('STORE_KEYCHAIN_ABSENT', EXIT.storage, `No keyring on this machine (${reason}).`, CHOICES)
}

/** The index says that the key must be there: whatever is wrong, the person is not signed out (rows 52, 54, 55). */
export function unusableForSession(outcome: Failure): Problem {
  if (outcome.kind === 'locked') return locked()
  if (outcome.kind === 'hung' || outcome.kind === 'busy') return hung(outcome.kind)
  if (outcome.kind === 'absent') {
    return problem(
      'STORE_KEYCHAIN_LOST',
      EXIT.storage,
      'The key of your session is no longer in the login keyring (another desktop, or a keyring that was reset?).',
      ['Run `superset auth login`.'],
    )
  }

  return problem(
    'STORE_KEYCHAIN_UNREACHABLE',
    EXIT.storage,
    `Session is in the login keyring, not reachable from this session (ssh/sudo/container?): ${outcome.reason}`,
    ['Run the command in the desktop session of the sign-in.', 'Or set SUPERSET_API_KEY here.'],
  )
}

function locked(): Problem {
  return problem('STORE_LOCKED', EXIT.storage, 'Your keyring is locked.', [
    'Unlock it, or use `superset auth login --storage file`.',
  ])
}

function hung(kind: 'busy' | 'hung'): Problem {
  return problem(
    'STORE_BUSY',
    EXIT.storage,
    kind === 'hung' ? 'Keyring did not answer in 3 s.' : 'Keyring is too busy to answer.',
    ['Unlock it if it asks, then run the command again.', 'Or use `superset auth login --storage file`.'],
    {retryable: true},
  )
}
