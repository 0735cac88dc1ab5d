import {AGENT_VARIABLES} from '@superset/identity'

/** Nobody but a person is there, whoever runs the tests. */
export const HUMAN: Readonly<Record<string, undefined>> = Object.fromEntries(
  AGENT_VARIABLES.map((name) => [name, undefined]),
)

/** As a coding agent announces itself. */
export const AGENT = {...HUMAN, CLAUDECODE: '1'}
