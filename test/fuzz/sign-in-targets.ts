import assert from 'node:assert/strict'
import fc from 'fast-check'
import {accessTokenClaims} from '../../packages/plugin-auth/src/jwt-claims.ts'
import {discover} from '../../packages/plugin-auth/src/network/discovery.ts'
import {classify} from '../../packages/plugin-auth/src/refresh/classify.ts'
import {toTokens} from '../../packages/plugin-auth/src/refresh/to-tokens.ts'
import {judge} from '../../packages/plugin-auth/src/signin/answer.ts'
import {readPasted} from '../../packages/plugin-auth/src/signin/paste.ts'
import {checkIssuerAccepted} from '../../packages/plugin-auth/src/signin/protected-resource.ts'
import {API, bindingFor, jwt} from '../../packages/plugin-auth/test/support/sessions.ts'
import type {TempHome} from '../../packages/plugin-auth/test/support/temp-home.ts'
import {readAnswer} from '../../packages/plugin-auth-command/src/protocol/read-answer.ts'
import {settingsOf} from '../../packages/plugin-auth/src/settings.ts'
import {target, type Target} from './campaign.ts'
import {hostileBytes, hostileText, hostileWords} from './hostile.ts'

const TOKENS = {
  ...{access_token: jwt({iat: 1, exp: 2}), refresh_token: 'rt', token_type: 'Bearer', expires_in: 3600},
  ...{scope: 'a b', id_token: jwt({sub: 's'})},
}
const REFUSAL = {error: 'invalid_grant', error_description: 'gone', suberror: 'mfa', error_uri: 'https://x.test'}
const METADATA = {
  ...{issuer: API, token_endpoint: `${API}/token`, authorization_endpoint: `${API}/authorize`},
  ...{revocation_endpoint: `${API}/revoke`, userinfo_endpoint: `${API}/me`, id_token_signing_alg_values_supported: []},
  ...{device_authorization_endpoint: `${API}/device`, response_types_supported: ['code'], jwks_uri: `${API}/jwks`},
  authorization_response_iss_parameter_supported: true,
}
const STATUSES = [200, 201, 204, 301, 400, 401, 403, 404, 407, 408, 418, 429, 500, 502, 503, 504, 599]
const HEADERS = ['date', 'retry-after', 'x-retry-after', 'content-type', 'location', 'x-request-id', 'cf-ray'] as const
const EXPECTED = {state: 'expected-state', issuer: API, namesIssuer: true}

const headers = fc.record(
  Object.fromEntries(
    HEADERS.map((name) => [name, fc.oneof(fc.constantFrom('0', '-1', '1e9', 'text/html'), hostileWords)]),
  ),
  {requiredKeys: []},
)
const answer = (sample: unknown) =>
  fc.record({status: fc.constantFrom(...STATUSES), headers, body: hostileBytes(sample)})

/** What issuers, browsers and people answer. */
export function signInTargets({homeDir}: TempHome): readonly Target[] {
  const binding = bindingFor()
  const request = {apiUrl: {value: API, source: 'flag'}, clientId: {value: 'c', source: 'default'}} as const
  const settings = settingsOf({...request, issuer: {value: API, source: 'flag'}})
  return [
    target('an answer of the token endpoint', fc.oneof(answer(TOKENS), answer(REFUSAL)), (given) => {
      const verdict = classify(given, binding, ['presented-token'])
      if (verdict.kind !== 'tokens') return
      const {expiresAt = 0} = toTokens(verdict.body, {now: 1, accessTokenSeconds: 60})
      assert.ok(Number.isFinite(expiresAt))
    }),
    target(
      'a JSON Web Token',
      fc.oneof(
        hostileText({iss: API, sub: 's', aud: ['a'], iat: 1, exp: 2}).map(
          (text) => `e30.${Buffer.from(text).toString('base64url')}.x`,
        ),
        hostileWords,
        fc.constant('.'.repeat(10_000)),
      ),
      (token) => {
        const {audiences} = accessTokenClaims(token)
        assert.ok(audiences.every((one) => typeof one === 'string'))
      },
    ),
    target(
      'the metadata of an issuer',
      answer(METADATA),
      async (given) => {
        await discover(API, {homeDir, fresh: true, send: () => Promise.resolve(given)})
      },
      4,
    ),
    target('the metadata of an API', answer({resource: API, authorization_servers: [API]}), async (given) => {
      await checkIssuerAccepted(settings, () => Promise.resolve(given))
    }),
    target('the query of the callback', fc.array(fc.tuple(parameter, hostileWords)), (pairs) => {
      const verdict = judge(new URLSearchParams(pairs), EXPECTED)
      const states = pairs.filter(([name]) => name === 'state').map(([, value]) => value)
      if (verdict.kind !== 'ignored') assert.deepEqual(states, [EXPECTED.state])
    }),
    target('what a person pastes', fc.oneof(hostileWords, pasted, fc.constant('a#'.repeat(30_000))), (text) => {
      readPasted(text, EXPECTED)
    }),
    target(
      'what a credential command prints',
      fc.oneof(
        hostileText({version: 1, token: 't', scheme: 'bearer', expiresAt: '2026-01-31T12:00:00Z', issuer: API}),
        hostileText({
          ...{apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential'},
          status: {token: 't', expirationTimestamp: '2026-01-31T12:00:00Z'},
        }),
      ),
      (text) => {
        const read = readAnswer(text)
        if (read.kind === 'credential') assert.match(read.credential.token, /^[\x21-\x7e]+$/)
      },
    ),
  ]
}

const parameter = fc.constantFrom('state', 'code', 'iss', 'error', 'error_description', '__proto__')
const pasted = fc
  .array(fc.tuple(parameter, fc.oneof(hostileWords, fc.constantFrom('expected-state', API))))
  .map((pairs) => `http://127.0.0.1:1/callback?${new URLSearchParams(pairs).toString()}`)
