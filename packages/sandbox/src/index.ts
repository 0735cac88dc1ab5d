export {type Feedback} from './api/feedback.ts'
export {type NewTask} from './api/task-table.ts'
export {type Approval, approve, type ApproveOptions} from './approve.ts'
export {type ActiveFault, type Endpoint, type Fault, type FaultPolicy, type Faults, UNAUTHORIZED} from './faults.ts'
export {type Gateway, UPSTREAM_BROKE} from './gateway.ts'
export {type HostAgent} from './host/agent-presets.ts'
export {type Host, type HostOptions, type Leftover} from './host/host.ts'
export {type Manifest, manifestPath} from './host/manifest.ts'
export {type Relay} from './host/relay.ts'
export {type HostProject, type HostState, type HostTerminal, type HostWorkspace} from './host/state.ts'
export {
  type ApiRequest,
  type Counters,
  digest,
  type HostRequest,
  type RelayRequest,
  type Revocation,
  type TokenRequest,
} from './journal.ts'
export {type Sandbox, type SandboxOptions} from './model.ts'
export {authorizationRequest, obtainTokens, type TokenResponse} from './obtain-tokens.ts'
export {startSandbox} from './sandbox.ts'
export {type SeededOrganization, type SeededUser} from './seeds.ts'
