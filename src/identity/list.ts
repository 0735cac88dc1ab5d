import {
  type Identity,
  type IdentityDescription,
  type IdentityRequest,
  type Problem,
  reasonOf,
  type Source,
} from '@superset/identity'
import {isProblem} from '@superset/identity'
import type {ListedProfile} from '../own-shapes.ts'
import {currentName} from './profiles.ts'

/** What each profile holds by itself, whatever key or token this terminal has set. */
export async function listProfiles(identity: Identity): Promise<readonly ListedProfile[]> {
  const current = currentName(identity)
  const names = await identity.profiles()
  return Promise.all(
    names.map(async (profile) => ({
      profile,
      current: profile === current,
      ...(profile === current && {source: identity.profile.source}),
      ...withState(await held(identity.at(profile))),
    })),
  )
}

/** The credential from outside that wins over what any profile holds. */
export function winsOverAll(identity: Identity): Source | undefined {
  const request = withoutProblem(() => identity.request)
  if (request?.secrets.apiKey !== undefined) return 'env:SUPERSET_API_KEY'
  if (request?.secrets.token !== undefined) return 'env:SUPERSET_TOKEN'
  return request?.sandboxWorkspaceId === undefined ? undefined : 'env:SUPERSET_SANDBOX_WORKSPACE_ID'
}

type Held = Omit<ListedProfile, 'current' | 'profile' | 'source' | 'state'>

async function held(identity: Identity): Promise<Held> {
  let plugin: string | undefined
  try {
    const {choice, request} = identity
    plugin = choice.plugin
    const provider = await identity.provider()
    return {...row(await provider.describe(fromInside(request)), request), identity: plugin}
  } catch (error) {
    const {message, suggestions} = isProblem(error)
      ? error
      : {message: `Identity provider plugin ${plugin} failed: ${reasonOf(error)}.`, suggestions: []}
    return {signedIn: false, ...(plugin !== undefined && {identity: plugin}), problem: {message, suggestions}}
  }
}

function withState(found: Held): Held & Pick<ListedProfile, 'state'> {
  const {problem, signedIn} = found
  return {state: problem ? 'cannot be used' : signedIn ? 'signed in' : 'not signed in', ...found}
}

/** The request without what this terminal would put before every profile's own. */
function fromInside(request: IdentityRequest): IdentityRequest {
  const {apiKeyFlag: _flag, organization: _organization, sandboxWorkspaceId: _sandbox, secrets, ...rest} = request
  return {...rest, secrets: secrets.storageKey === undefined ? {} : {storageKey: secrets.storageKey}}
}

function row(found: IdentityDescription, request: IdentityRequest) {
  const {account, apiUrl, expiresAt, organization, problem, signedIn, storage, subject} = found
  const issuer = found.issuer ?? request.issuer?.value
  return {
    signedIn,
    ...(account !== undefined && {account}),
    ...(subject !== undefined && {userId: subject}),
    ...(issuer !== undefined && {issuer}),
    apiUrl,
    ...(storage && {storage: storage.kind}),
    ...(organization && {organizationId: organization.value}),
    ...(expiresAt && {expiresAt}),
    ...(problem && {problem: {message: problem.message, suggestions: problem.suggestions}}),
  }
}

function withoutProblem<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isProblem(error)) return undefined
    throw error
  }
}

/** Why no profile is the current one: the settings that would say so cannot be read. */
export function whyNoneIsCurrent(identity: Pick<Identity, 'profile'>): Problem | undefined {
  try {
    void identity.profile
    return undefined
  } catch (error) {
    if (isProblem(error)) return error
    throw error
  }
}
