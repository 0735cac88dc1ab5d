import {accessTokenClaims} from '../../jwt-claims.ts'
import type {Binding, Credential} from '../../model.ts'
import {digestOf} from '../../token-digest.ts'
import type {ProfileIndex} from '../profile-index/read.ts'
import type {PlainAuth} from './config-file.ts'

/** What a session without a note of its own belongs to: the service as we are built for it. */
export interface Defaults {
  readonly apiUrl: string
  readonly clientId: string
}

/** Names a plain-text secret without giving it away: short, and only of use to whoever has the secret. */
export function fingerprintOf(secret: string): string {
  return digestOf(secret).slice(0, 16)
}

/** The stored credential's secret part: what the index's fingerprint is made of. */
export function secretOf(credential: Credential): string {
  return credential.kind === 'api-key' ? credential.apiKey : credential.tokens.accessToken
}

/** The origin that an API key was signed in at, where we did it; else the default. */
export function bindingOfKey(apiKey: string, profile: string, defaults: Defaults, index?: ProfileIndex): Binding {
  const recorded = recordedFor(apiKey, index)
  if (recorded !== undefined) return recorded
  return {
    profile,
    issuer: defaults.apiUrl,
    apiUrl: defaults.apiUrl,
    apiUrlAssumed: true,
    clientId: defaults.clientId,
    replayPolicy: 'user',
  }
}

/**
 * What a plain-text session belongs to: what we noted when we stored just this token; else what the token says itself,
 * for the incumbent's programs write the file as well and note nothing; else the default origin.
 */
export function bindingOfSession(auth: PlainAuth, profile: string, defaults: Defaults, index?: ProfileIndex): Binding {
  const recorded = recordedFor(auth.accessToken, index)
  if (recorded !== undefined) return recorded
  const claims = accessTokenClaims(auth.accessToken)
  const resource = claims.audiences.find((audience) => originOf(audience) !== undefined && !isUserinfo(audience))
  const named = resource === undefined ? undefined : originOf(resource)
  const issuer = claims.issuer !== undefined && originOf(claims.issuer) !== undefined ? claims.issuer : defaults.apiUrl
  return {
    profile,
    issuer,
    ...(named === undefined ? {apiUrl: defaults.apiUrl, apiUrlAssumed: true} : {apiUrl: named}),
    clientId: defaults.clientId,
    resource: resource ?? defaults.apiUrl,
    replayPolicy: 'user',
    ...(claims.subject !== undefined && {subject: claims.subject, subjectFrom: 'api'}),
  }
}

/** Whether the index speaks of this very credential: another program may have written a newer one since. */
export function isNotedFor(secret: string, index: ProfileIndex | undefined): index is ProfileIndex {
  return index?.storage === 'file' && index.credentialFingerprint === fingerprintOf(secret)
}

function recordedFor(secret: string, index: ProfileIndex | undefined): Binding | undefined {
  return isNotedFor(secret, index) ? index.binding : undefined
}

function originOf(text: string): string | undefined {
  const url = URL.parse(text)
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.origin : undefined
}

/** OpenID Connect access tokens name the userinfo endpoint as a second audience; it is not the API. */
function isUserinfo(audience: string): boolean {
  return URL.parse(audience)?.pathname.endsWith('/userinfo') ?? false
}
