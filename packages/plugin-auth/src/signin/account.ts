import type {ServerMetadata} from '../network/discovery.ts'
import type {Transport} from '../network/http-request.ts'
import {networkFailureIn, openidClient, type ClientIdentity} from '../network/openid.ts'
import {DEFAULT_CLIENT_ID} from '../settings.ts'
import {peekClaims} from '../jwt-claims.ts'

export interface Account {
  readonly subject?: string
  readonly account?: string
}

type Claims = Readonly<Record<string, unknown>>

/** Who is asked, and as which client. */
interface Issuer extends Partial<Pick<ServerMetadata, 'issuer' | 'userinfoEndpoint'>> {
  readonly clientId?: string
}

/** What says whom a new session belongs to. */
export interface AccountEvidence {
  /** Of the ID token, where there is one. */
  readonly idClaims: Claims | undefined
  readonly accessToken: string
  /** The claim that names the account, where the issuer's settings say so. */
  readonly accountClaim: string | undefined
}

/**
 * Whom a new session belongs to: by the ID token, else by the access token. The issuer is asked (OpenID Connect Core 5.3)
 * when neither says enough: a server without ID tokens, or a claim that was named and is in neither.
 */
export async function accountOf(
  {idClaims, accessToken, accountClaim}: AccountEvidence,
  {clientId = DEFAULT_CLIENT_ID, issuer, userinfoEndpoint}: Issuer,
  send: Transport,
): Promise<Account> {
  const known = [idClaims ?? {}, peekClaims(accessToken)]
  const enough = accountClaim === undefined ? idClaims !== undefined : textOf(accountClaim, known) !== undefined
  if (enough || !userinfoEndpoint) return result(known, accountClaim)
  const party = {issuer: issuer ?? userinfoEndpoint, document: {userinfo_endpoint: userinfoEndpoint}, clientId}
  const told = await ask(party, accessToken, textOf('sub', [idClaims ?? {}]), send)
  return result([...known, told], accountClaim)
}

function result(sources: readonly Claims[], accountClaim: string | undefined): Account {
  const [subject, account] = [textOf('sub', sources), nameOf(sources, accountClaim)]
  return {...(subject !== undefined && {subject}), ...(account !== undefined && {account})}
}

function nameOf(sources: readonly Claims[], accountClaim: string | undefined): string | undefined {
  const names = [...(accountClaim === undefined ? [] : [accountClaim]), 'email', 'preferred_username', 'name', 'sub']
  return names.map((name) => textOf(name, sources)).find((name) => name !== undefined)
}

/** Longer than any name; what is longer is none, for it is stored as it came. */
const LONGEST_NAME = 1000

function textOf(name: string, sources: readonly Claims[]): string | undefined {
  return sources.map((claims) => claims[name]).find((value) => isName(value))
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_NAME
}

/** Not to be told is no fault: the sign-in is good without. OpenID Connect Core 5.3.2: of somebody else it is not used. */
async function ask(
  party: ClientIdentity,
  accessToken: string,
  expectedSubject: string | undefined,
  send: Transport,
): Promise<Claims> {
  const {config, openid, raw} = await openidClient(party, send)
  try {
    // An access token's `sub` is no measure for the one of userinfo: only an ID token's is.
    return await openid.fetchUserInfo(config, accessToken, expectedSubject ?? openid.skipSubjectCheck)
  } catch (error) {
    if (raw() || networkFailureIn(error)) return {}
    throw error
  }
}
