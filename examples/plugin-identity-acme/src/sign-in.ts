import type {IdentityRequest, LoginResult} from '@superset/identity'
import {enrol, fetchCredential, leave} from './gateway.ts'
import * as problems from './problems.ts'
import {checkApi} from './session.ts'
import {Store} from './store.ts'

export interface SignIn {
  readonly gateway: string
  /** True: another account may take this profile's place. */
  readonly replace: boolean
  /** Asks the person; `undefined`: nobody can be asked. */
  readonly readCode: () => Promise<string | undefined>
}

/**
 * Exchanges a one-time code for a session that is kept.
 * @throws Problem STORE_UNUSABLE (74), USAGE_CODE_MISSING (2), AUTH_CODE_REFUSED, AUTH_OTHER_ACCOUNT (77),
 * ORIGIN_MISMATCH (78), GATEWAY_* (75, 78)
 */
export async function signIn(request: IdentityRequest, {gateway, readCode, replace}: SignIn): Promise<LoginResult> {
  const {profile} = request
  const store = new Store(request.homeDir)
  // Before the code is used up, it is certain that something can be kept, and who is there.
  store.prepare()
  const before = store.find(profile)
  const code = await readCode()
  if (!code) throw problems.noCode()
  const enrolled = await enrol(gateway, code)
  const device = {gateway, deviceToken: enrolled.deviceToken}
  try {
    checkApi(request, enrolled.apiUrl)
    if (before && before.subject !== enrolled.subject && !replace)
      throw problems.otherAccount(before.account, enrolled.account)
    store.keep(profile, {...enrolled, gateway, credential: await fetchCredential(device)})
  } catch (error) {
    await leave(device)
    throw error
  }

  if (before) await leave(before)
  const {account, apiUrl, subject} = enrolled
  return {profile, issuer: gateway, apiUrl, scheme: 'bearer', storage: 'file', subject, account}
}
