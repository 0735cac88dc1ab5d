import {SERVERS} from '../support/refresh-stage.ts'
import {clock} from './clock.ts'
import {copy} from './copy.ts'
import {crowd} from './crowd.ts'
import {disk} from './disk.ts'
import {keyring} from './keyring.ts'
import {explore} from './explore.ts'
import {gateway} from './gateway.ts'
import {kill} from './kill.ts'
import {killHelper} from './kill-helper.ts'
import {logout} from './logout.ts'
import {outage} from './outage.ts'
import {parallel} from './parallel.ts'
import type {Section} from './section.ts'
import {simulate} from './simulate.ts'
import {suspend} from './suspend.ts'

/** Cheap ones first. */
export const sections: readonly Section[] = [
  copy,
  ...SERVERS.map(logout),
  clock,
  disk,
  keyring,
  outage,
  gateway,
  crowd,
  ...SERVERS.map(parallel),
  ...SERVERS.map(kill),
  killHelper,
  suspend,
  simulate,
  explore,
]
