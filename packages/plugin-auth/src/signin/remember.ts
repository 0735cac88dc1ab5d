import {isProblem, type IdentityRequest, type IssuerSettings, type SettingsChange} from '@superset/identity'
import {
  DEFAULT_CLIENT_ID,
  DEFAULT_REDIRECT,
  DEFAULT_SCOPE,
  defaultResource,
  replayPolicyOf,
  type Settings,
} from '../settings.ts'

type RememberedRequest = Pick<
  IdentityRequest,
  'apiUrl' | 'clientId' | 'defaultApiUrl' | 'issuer' | 'remember' | 'settings' | 'tell' | 'webUrl'
>

/**
 * Saves how a completed sign-in was done, so that the next one in this profile needs no flags and no variables. The
 * session is stored by then: a failure is said, and loses nothing of it.
 */
export async function rememberSettings(settings: Settings, request: RememberedRequest): Promise<void> {
  const change = changeOf(settings, request)
  if (!change || !request.remember) return
  try {
    await request.remember(change)
  } catch (error) {
    const why = isProblem(error) ? error.message : (error as NodeJS.ErrnoException).code
    request.tell(
      `Signed in, but the settings of this profile were not saved, so the next sign-in needs them again. ${why ?? ''}`.trim(),
    )
  }
}

/** What must change so that exactly the settings that differ from the defaults are saved; `undefined`: nothing. */
export function changeOf(
  settings: Settings,
  request: Omit<RememberedRequest, 'remember' | 'tell'>,
): SettingsChange | undefined {
  const {settings: saved = {}} = request
  const changed = Object.entries(worthSaving(settings, request)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(saved[name as keyof IssuerSettings]),
  )
  return changed.length === 0 ? undefined : Object.fromEntries(changed)
}

type RememberedSettings = {readonly [Key in keyof Required<IssuerSettings>]: IssuerSettings[Key] | undefined}

function worthSaving(settings: Settings, request: Omit<RememberedRequest, 'remember' | 'tell'>): RememberedSettings {
  const {apiUrl, audience, authorizeParameters, issuer, redirect, webUrl} = settings
  const unless = <T>(value: T, usual: T): T | undefined =>
    JSON.stringify(value) === JSON.stringify(usual) ? undefined : value
  // What the machine's policy says today is not the user's own choice.
  const own = <T>(name: 'apiUrl' | 'clientId' | 'issuer' | 'webUrl', value: T): T | undefined =>
    request[name]?.source === 'policy' ? undefined : value
  return {
    apiUrl: own('apiUrl', unless(apiUrl, request.defaultApiUrl)),
    webUrl: own('webUrl', request.webUrl.source === 'default' ? unless(webUrl, request.webUrl.value) : webUrl),
    issuer: own('issuer', unless(issuer, apiUrl)),
    clientId: own('clientId', unless(settings.clientId, DEFAULT_CLIENT_ID)),
    scope: unless(settings.scope, DEFAULT_SCOPE),
    resource: unless(settings.resource ?? 'none', defaultResource(apiUrl, audience) ?? 'none'),
    audience,
    replayPolicy: unless(settings.replayPolicy, replayPolicyOf(issuer, apiUrl)),
    scopeOnRefresh: unless(settings.scopeOnRefresh, false),
    authorizeParameters: unless(authorizeParameters, {}),
    redirectPorts: redirect.ports,
    redirectHost: unless(redirect.host, DEFAULT_REDIRECT.host),
    redirectPath: unless(redirect.path, DEFAULT_REDIRECT.path),
    deviceHosts: unless(settings.deviceHosts, []),
    accountClaim: settings.accountClaim,
    accessTokenSeconds: settings.accessTokenSeconds,
  }
}
