import type {LoginOptions, LoginResult} from '@superset/identity'
import {settingsOf} from '../settings.ts'
import {loginResult} from '../signin/login-result.ts'
import {takeTurn} from '../signin/turn.ts'
import {lastSignIn} from '../store/profiles.ts'
import type {Workspace} from './workspace.ts'

export interface SignInTurn extends Disposable {
  /** What the sign-in that was open came to, if it is what this one wants; absent: it is this one's turn. */
  readonly joined?: LoginResult
}

/** Row 80: the second sign-in of a profile joins the first. @throws Problem as `takeTurn()` */
export async function joinOpenSignIn(workspace: Workspace, options: LoginOptions): Promise<SignInTurn> {
  const {place, request} = workspace
  const {homeDir, profile, tell} = request
  const before = await lastSignIn(place)
  const turn = await takeTurn({homeDir, profile, tell, signal: options.signal})
  const after = turn.waited ? await lastSignIn(place) : before
  const joined = after === before ? undefined : await resultOf(workspace, options)
  return {...(joined && {joined}), [Symbol.dispose]: () => turn[Symbol.dispose]()}
}

/** A session at another issuer, for another API or in another storage is not what was asked for. */
async function resultOf(workspace: Workspace, options: LoginOptions): Promise<LoginResult | undefined> {
  const {request} = workspace
  const [stored] = await workspace.stored()
  const head = await stored?.store.head()
  if (!stored || head?.kind !== 'oauth') return undefined
  const {binding, storage} = stored.store
  const {apiUrl, clientId, issuer} = settingsOf(request, options)
  const isSame = binding.issuer === issuer && binding.apiUrl === apiUrl && binding.clientId === clientId
  if (!isSame || (options.storage !== undefined && options.storage !== storage)) return undefined
  return loginResult({binding, scheme: 'bearer', storage, expiresAt: head.expiresAt})
}
