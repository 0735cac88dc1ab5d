export type * from './contract.ts'
export {EXIT, EXIT_MEANINGS, type ExitCode} from './exit-codes.ts'
export {
  findIdentity,
  handOver,
  identityOf,
  sessionOf,
  signInNeeded,
  type ConfigLike,
  type Identity,
} from './handover.ts'
export {AGENT_VARIABLES, isAgentMode, outputMode, type OutputMode} from './output-mode.ts'
export {isProfileName} from './profile-name.ts'
export {isProblem, Problem, type ProblemDetails} from './problem.ts'
