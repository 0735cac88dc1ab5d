import type {IdentityRequest} from '@superset/identity'

/** What the CLI says of a run: for this home, and for the API of its own defaults. */
export function requestFor(homeDir: string, changes: Partial<IdentityRequest> = {}): IdentityRequest {
  const api = 'https://api.example'
  return {
    bin: 'superset',
    version: '1.0.0',
    homeDir,
    profile: 'default',
    apiUrl: {value: api, source: 'default'},
    defaultApiUrl: api,
    webUrl: {value: api, source: 'default'},
    clientId: {value: 'superset-cli', source: 'default'},
    secrets: {},
    interactive: false,
    agentMode: false,
    tell: () => undefined,
    ...changes,
  }
}
