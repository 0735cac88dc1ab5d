import type {IdentityRequest, Source} from '@superset/identity'
import type {Candidate, SessionStore} from '../model.ts'

/**
 * Precedence, in one place: `--api-key` > SUPERSET_API_KEY > SUPERSET_TOKEN > the ambient session of a cloud sandbox >
 * the workload's identity > stored API key > stored session. The first candidate wins; the others are what it hides.
 */
export function outsideCandidates(
  request: Pick<IdentityRequest, 'apiKeyFlag' | 'sandboxWorkspaceId' | 'secrets' | 'workload'>,
): readonly Candidate[] {
  const candidates: Candidate[] = []
  const add = (scheme: 'api-key' | 'bearer', secret: string | undefined, source: Source) => {
    if (secret !== undefined) candidates.push({kind: 'static', scheme, secret, source})
  }

  add('api-key', request.apiKeyFlag, 'flag')
  add('api-key', request.secrets.apiKey, 'env:SUPERSET_API_KEY')
  add('bearer', request.secrets.token, 'env:SUPERSET_TOKEN')
  if (request.sandboxWorkspaceId) candidates.push({kind: 'ambient', source: 'sandbox'})
  const {workload} = request
  if (workload) {
    candidates.push({kind: 'workload', settings: workload.value, namedBy: workload.source, source: 'workload'})
  }

  return candidates
}

export type StoredCandidate = Extract<Candidate, {kind: 'stored'}>

/** The stores come in their own order of precedence (an API key before a session). */
export function storedCandidate(store: SessionStore, credential: 'api-key' | 'oauth'): StoredCandidate {
  return {kind: 'stored', store, credential, source: 'stored'}
}
