export type * from './provider.ts'
export {boundFetch, type BoundRequest, type FetchBinding} from './bound-fetch.ts'
export {certificateVariables, NETWORK_VARIABLES, networkEnvironment, type NetworkEnvironment} from './env.ts'
export {isLeftBehind, leaveBehind} from './left-behind.ts'
export {EXIT, EXIT_MEANINGS, type ExitCode} from './exit-codes.ts'
export {
  findIdentity,
  handOver,
  identityOf,
  requireSession,
  sessionOf,
  signInNeeded,
  type ConfigLike,
  type Identity,
} from './handover.ts'
export {isSecure} from './network/loopback.ts'
export {nameProgram, userAgent} from './network/user-agent.ts'
export {AGENT_VARIABLES, isAgentMode, outputMode, type OutputMode} from './output-mode.ts'
export {checkOutsideOrigin} from './outside-origin.ts'
export {isProfileName, profileFileName, profileOfFileName} from './profile-name.ts'
export {isProblem, Problem, type ProblemDetails} from './problem.ts'
export {runStart, type RunStart} from './run-start.ts'
export {isObject, reasonOf} from './reading.ts'
export {redactSecrets} from './secrecy.ts'
export type * from './plugin-declaration.ts'
export type * from './policy.ts'
export type * from './request.ts'
export {requestIdOf, traceRequest, traceRequests} from './request-trace.ts'
export {jsonText, printable, printableLines, writeExactly, writeText} from './screen.ts'
export type * from './session.ts'
export type * from './settings.ts'
export {sourceName, variableOf} from './source-name.ts'
export type * from './values.ts'
export {onWaits, waitFor, type WaitListener} from './waits.ts'
