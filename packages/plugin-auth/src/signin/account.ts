import {parseObject} from '../network/answer.ts'
import type {ServerMetadata} from '../network/discovery.ts'
import type {Send} from '../network/http-request.ts'
import {NetworkFailure} from '../network/network-failure.ts'
import {peekClaims} from '../jwt-claims.ts'

export interface Account {
  readonly subject?: string
  readonly account?: string
}

type Claims = Readonly<Record<string, unknown>>

/** What says whom a new session belongs to. */
export interface Evidence {
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
  {idClaims, accessToken, accountClaim}: Evidence,
  {userinfoEndpoint}: Pick<ServerMetadata, 'userinfoEndpoint'>,
  send: Send,
): Promise<Account> {
  const known = [idClaims ?? {}, peekClaims(accessToken)]
  const idSubject = textOf('sub', [idClaims ?? {}])
  const subject = idSubject ?? textOf('sub', known)
  const named = nameOf(known, accountClaim)
  const enough = accountClaim === undefined ? idClaims !== undefined : textOf(accountClaim, known) !== undefined
  if (enough || !userinfoEndpoint) return result(subject, named)
  const told = await ask(userinfoEndpoint, accessToken, send)
  // OpenID Connect Core 5.3.2: of somebody else it must not be used. An access token's `sub` is no measure for that.
  if (idSubject !== undefined && told['sub'] !== idSubject) return result(subject, named)
  const all = [...known, told]
  return result(subject ?? textOf('sub', all), nameOf(all, accountClaim))
}

function result(subject: string | undefined, account: string | undefined): Account {
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

/** Not to be told is no fault: the sign-in is good without. */
async function ask(url: string, accessToken: string, send: Send): Promise<Claims> {
  try {
    const headers = {accept: 'application/json', authorization: `Bearer ${accessToken}`}
    const {status, body} = await send({method: 'GET', url, headers})
    return (status === 200 ? parseObject(body) : undefined) ?? {}
  } catch (error) {
    if (error instanceof NetworkFailure) return {}
    throw error
  }
}
