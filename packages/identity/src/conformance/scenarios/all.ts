import {toScenario, type Scenario} from '../scenario.ts'
import {CONTRACT} from './contract.ts'
import {DESCRIBE} from './describe.ts'
import {HOSTILE_ANSWERS} from './hostile-answers.ts'
import {ORIGIN} from './origin.ts'
import {REFRESH} from './refresh.ts'
import {RENEWAL, SOURCE} from './renewal.ts'
import {SECRETS} from './secrets.ts'
import {SIGN_IN} from './sign-in.ts'
import {SIGN_OUT} from './sign-out.ts'
import {STORMS} from './storm.ts'
import {TOKEN_ENDPOINT} from './token-endpoint.ts'

const SCRIPTS = [
  ...[CONTRACT, DESCRIBE, ORIGIN, RENEWAL, REFRESH, STORMS, TOKEN_ENDPOINT],
  ...[SOURCE, SIGN_IN, HOSTILE_ANSWERS, SIGN_OUT, SECRETS],
]

/** Every scenario, in the order in which they are best read. */
export const scenarios: readonly Scenario[] = SCRIPTS.flat().map(toScenario)
