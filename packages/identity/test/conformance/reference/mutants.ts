import {spawn} from 'node:child_process'
import {Problem} from '../../../src/index.ts'
import {CORRECT, type Behaviour} from './behaviour.ts'
import {ended} from './problems.ts'
import {forget} from './store.ts'

export interface Mutant {
  readonly defect: string
  readonly change: Partial<Behaviour>
  /** Scenarios that must fail, and no others. */
  readonly fails: readonly string[]
  /** True: it is shown in processes of its own, too. */
  readonly apart?: true
}

/** Every scenario that looks at how a renewal failed. */
const FAILED_RENEWALS = [
  ...['problems/shape', 'refresh/refused-once', 'refresh/lost-answer', 'refresh/busy-pause', 'refresh/goes-on'],
  'refresh/other-person',
  ...['refused', 'unavailable', 'busy', 'web-page', 'unreachable', 'broken', 'reset', 'empty', 'cut', 'blocked']
    .concat('client', 'redirect', 'token-type')
    .map((fault) => `refresh/exit-${fault}`),
]

const TWICE = 2

/** The reference provider with one defect each. */
export const MUTANTS: Readonly<Record<string, Mutant>> = {
  generous: {
    defect: 'sends the credential to any origin',
    change: {checkOrigin: () => {}},
    fails: ['origin/foreign-1', 'origin/foreign-2', 'origin/foreign-3'],
  },
  follower: {
    defect: 'follows redirects of the API',
    change: {redirect: 'follow'},
    fails: ['origin/redirect-1', 'origin/redirect-2'],
  },
  crowd: {
    defect: 'lets every run renew for itself',
    change: {exclusively: (_, work) => work()},
    fails: ['refresh/storm', 'refresh/storm-of-processes', 'refresh/one-provider'],
    apart: true,
  },
  eraser: {
    defect: 'deletes the session when the issuer is down',
    change: {onUnavailable: forget},
    fails: ['refresh/busy-pause', 'refresh/goes-on'],
  },
  pessimist: {
    defect: 'says that the session has ended when it is offline',
    change: {offline: ended},
    fails: ['refresh/exit-unreachable'],
  },
  eager: {
    defect: 'opens a browser in session()',
    change: {
      onNoSession: (issuer) => {
        spawn(process.execPath, ['-e', '', `${issuer}/authorize`], {stdio: 'ignore'}).unref()
      },
    },
    fails: ['contract/no-sign-in-in-session'],
  },
  chatterbox: {
    defect: 'names the refresh token in its message',
    change: {
      toThrown: ({code, exit, message, retryable, suggestions, ...rest}, {refreshToken}) =>
        new Problem({...rest, code, exit, retryable, suggestions, message: `${message} (${refreshToken})`}),
    },
    fails: ['secrets/problems', 'secrets/echo'],
  },
  stubborn: {
    defect: 'does not hear Ctrl-C',
    change: {signalOf: () => undefined},
    fails: ['sign-in/cancelled', 'sign-in/cancelled-late'],
  },
  insistent: {
    defect: 'revokes again what was not confirmed',
    change: {onUnknownRevocation: (revoke) => revoke()},
    fails: ['sign-out/unanswered-revocation', 'sign-out/during-refresh', 'sign-out/after-lost-answer'],
  },
  late: {
    defect: 'forgets only when the issuer has confirmed',
    change: {forgetsFirst: false},
    fails: ['sign-out/local-first'],
  },
  curious: {
    defect: 'asks the issuer in describe()',
    change: {
      async onDescribe({issuer}) {
        await fetch(`${issuer}/.well-known/openid-configuration`)
      },
    },
    fails: ['describe/signed-in', 'describe/expired', 'describe/refused', 'describe/server-gone'],
  },
  rough: {
    defect: 'throws what is no Problem',
    change: {toThrown: ({message}) => new Error(message)},
    fails: FAILED_RENEWALS,
  },
  inventive: {
    defect: 'ends with a number that is not in the table',
    change: {
      toThrown: ({message, suggestions}) => new Problem({code: 'AUTH_FAILED', exit: 3 as never, message, suggestions}),
    },
    fails: FAILED_RENEWALS,
  },
  trusting: {
    defect: 'takes an answer with any state',
    change: {isOurs: () => true},
    fails: ['sign-in/wrong-state'],
  },
  impatient: {
    defect: 'renews what still serves before it works',
    change: {needsRenewal: ({expiresAt}) => expiresAt - Date.now() < 300_000},
    fails: [
      'refresh/due',
      ...['refused', 'unavailable', 'web-page', 'reset', 'client'].map(
        (fault) => `refresh/serves-in-spite-of-${fault}`,
      ),
    ],
  },
  hopeful: {
    defect: 'sends what has expired, and renews when the API says 401',
    change: {needsRenewal: () => false},
    fails: ['renewal/before-use'],
  },
  open: {
    defect: 'stores its tokens for everybody to read',
    change: {fileMode: 0o644},
    fails: ['secrets/files'],
  },
  endless: {
    defect: 'renews as often as the API says 401',
    change: {renewsOn401: (times) => times <= TWICE},
    fails: ['renewal/unauthorized-again'],
  },
}

export function behaviourOf(name: string): Behaviour {
  return {...CORRECT, ...MUTANTS[name]?.change}
}
