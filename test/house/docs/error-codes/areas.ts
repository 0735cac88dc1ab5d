import type {Area} from './code.ts'
import {CONFIGURATION, NETWORK, STORAGE} from './machine.ts'
import {COMMAND_LINE, PLUGINS, UPDATES} from './program.ts'
import {SERVICE, THINGS} from './service.ts'
import {SESSIONS, SIGN_IN} from './sign-in.ts'
import {WORKLOADS} from './workload.ts'

/** Every error code of superset and of the packages here. */
export const AREAS: readonly Area[] = [
  ...[COMMAND_LINE, SIGN_IN, SESSIONS, WORKLOADS, STORAGE, CONFIGURATION],
  ...[NETWORK, SERVICE, THINGS, PLUGINS, UPDATES],
]
