import type {LoginOptions, LoginResult} from '@superset/identity'
import type {Binding} from '../model.ts'
import {settingsOf} from '../settings.ts'
import {endingWith} from '../network/http-request.ts'
import {untilCancelled} from './cancellation.ts'
import {chooseOrganization} from './choose-organization.ts'
import {allowChange} from './holder.ts'
import {loginResult} from './login-result.ts'
import type {LoginPorts, LoginRequest} from './ports.ts'
import {cancelled, keyMalformed} from './problems.ts'
import {rememberSettings} from './remember.ts'
import {me, type Service} from './service.ts'

/**
 * What was typed, piped or pasted, as a key. What cannot be one never leaves this machine.
 * @throws Problem AUTH_KEY_MALFORMED (2)
 */
export function readKey(text: string): string {
  const key = text.trim()
  if (key === '') throw keyMalformed('it is empty')
  // A header value: visible ASCII (RFC 9110 5.5), and keys have no spaces.
  if (!/^[\u0021-\u007E]+$/.test(key)) throw keyMalformed('it holds spaces, line breaks or other signs no key has')
  if (key.length > 4096) throw keyMalformed('it is far too long')
  return key
}

/**
 * Signs in with an API key: asks the API whose it is, then stores it, bound to that API's origin.
 * @throws Problem AUTH_KEY_* (2, 4), ORGANIZATION_UNKNOWN (2), NETWORK_*, SERVICE_* (75, 77, 78), STORE_* (74)
 */
export async function loginWithKey(
  request: LoginRequest,
  options: LoginOptions & {readonly apiKey: string},
  ports: LoginPorts,
): Promise<LoginResult> {
  const apiKey = readKey(options.apiKey)
  const {issuer, ...where} = request
  // A key has no issuer; one that was saved stays the profile's all the same.
  const settings = settingsOf(
    issuer?.source === 'profile' ? request : where,
    options.apiUrl === undefined ? {} : {apiUrl: options.apiUrl},
  )
  const {apiUrl, clientId} = settings
  const {binding, organization, storage} = await untilCancelled(
    options.signal,
    async () => {
      const storage = await ports.probe(options.storage)
      const send = endingWith(options.signal, ports.send)
      const service: Service = {apiUrl, send, credential: {scheme: 'api-key', secret: apiKey}}
      const person = await me(service)
      const account = person.email ?? person.name ?? person.id
      const binding: Binding = {
        ...{profile: request.profile, issuer: apiUrl, apiUrl, clientId, replayPolicy: 'none'},
        ...{subject: person.id, account},
      }
      await allowChange(request, options, binding, ports)
      const named = options.organization
      const organization = await chooseOrganization(named === undefined ? {} : {named}, service)
      return {binding, organization, storage}
    },
    cancelled,
  )
  if (options.signal?.aborted) throw cancelled()
  await ports.commit(storage, binding, {kind: 'api-key', apiKey})
  await ports.retireReplaced()
  await rememberSettings(settings, request)
  if (organization) await ports.rememberOrganization(organization.id)
  return loginResult({binding, scheme: 'api-key', storage, organization})
}
