import assert from 'node:assert/strict'
import type {Binding} from '../../src/model.ts'
import {classify, type Answer} from '../../src/refresh/classify.ts'

const binding: Binding = {
  profile: 'default',
  issuer: 'https://api.superset.test',
  apiUrl: 'https://api.superset.test',
  clientId: 'superset-cli',
  resource: 'https://api.superset.test',
  tokenEndpoint: 'https://api.superset.test/api/auth/oauth2/token',
  replayPolicy: 'user',
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return {status, headers: {'content-type': 'application/json', ...headers}, body: Buffer.from(text)}
}

const html = '<!doctype html><html><body>Sign in to the hotel network</body></html>'
const token = {access_token: 'a.b.c', token_type: 'Bearer', expires_in: 60}

/** row, name, answer, kind, code of the reason, exit */
const table: ReadonlyArray<[string, string, Answer, string, string?, number?]> = [
  ['row 1', 'invalid_grant', answer(400, {error: 'invalid_grant'}), 'refused', 'AUTH_ENDED', 4],
  [
    'row 3',
    'a suberror that asks for MFA',
    answer(400, {error: 'invalid_grant', suberror: 'mfa_required'}),
    'untouched',
    'AUTH_STEP_UP',
    4,
  ],
  ['row 3', 'interaction_required', answer(400, {error: 'interaction_required'}), 'untouched', 'AUTH_STEP_UP', 4],
  ['row 4', 'invalid_request', answer(400, {error: 'invalid_request'}), 'refused', 'AUTH_ENDED', 4],
  ['row 5', 'invalid_client', answer(401, {error: 'invalid_client'}), 'untouched', 'AUTH_CLIENT_REFUSED', 78],
  ['row 6', 'unauthorized_client', answer(400, {error: 'unauthorized_client'}), 'untouched', 'AUTH_CLIENT_REFUSED', 78],
  [
    'row 7',
    'unsupported_grant_type',
    answer(400, {error: 'unsupported_grant_type'}),
    'untouched',
    'AUTH_GRANT_UNSUPPORTED',
    78,
  ],
  ['row 8', 'invalid_scope', answer(400, {error: 'invalid_scope'}), 'untouched', 'AUTH_SCOPE_CHANGED', 78],
  ['row 9', 'invalid_target', answer(400, {error: 'invalid_target'}), 'untouched', 'AUTH_RESOURCE_REFUSED', 78],
  [
    'row 12',
    'temporarily_unavailable',
    answer(400, {error: 'temporarily_unavailable'}),
    'untouched',
    'AUTH_UNAVAILABLE',
    75,
  ],
  ['row 13', 'a code nobody knows', answer(400, {error: 'account_suspended'}), 'refused', 'AUTH_ENDED', 4],
  ['row 14', '401 with an empty body', answer(401, ''), 'refused', 'AUTH_ENDED', 4],
  ['row 14', '400 with a body that is not OAuth', answer(400, {message: 'no', code: 'X'}), 'refused', 'AUTH_ENDED', 4],
  [
    'row 15',
    '403 from a firewall',
    answer(403, 'Denied by rule 7', {'content-type': 'text/plain'}),
    'untouched',
    'AUTH_BLOCKED',
    77,
  ],
  ['row 16', '404', answer(404, {}), 'untouched', 'AUTH_ENDPOINT_MISSING', 78],
  ['row 17', '407', answer(407, ''), 'untouched', 'NETWORK_PROXY_AUTH', 78],
  ['row 18', '408', answer(408, ''), 'uncertain', 'AUTH_UNAVAILABLE', 75],
  ['row 18', '499, of which no RFC knows', answer(499, ''), 'uncertain', 'AUTH_UNAVAILABLE', 75],
  [
    'row 19',
    '429 with x-retry-after',
    answer(429, 'Too many', {'x-retry-after': '7'}),
    'untouched',
    'AUTH_RATE_LIMITED',
    75,
  ],
  ['row 21', '500', answer(500, {error: 'server_error'}), 'uncertain', 'AUTH_UNAVAILABLE', 75],
  ['row 22', '502', answer(502, html, {'content-type': 'text/html'}), 'uncertain', 'AUTH_UNAVAILABLE', 75],
  ['row 22', '504', answer(504, ''), 'ambiguous', 'AUTH_ANSWER_LOST', 75],
  ['row 23', '503', answer(503, '', {'retry-after': '9'}), 'uncertain', 'AUTH_UNAVAILABLE', 75],
  [
    'row 23',
    '503 that says temporarily_unavailable',
    answer(503, {error: 'temporarily_unavailable'}),
    'untouched',
    'AUTH_UNAVAILABLE',
    75,
  ],
  [
    'row 23',
    '503 of a gateway',
    answer(503, 'upstream connect error or disconnect/reset before headers'),
    'uncertain',
    'AUTH_UNAVAILABLE',
    75,
  ],
  ['row 24', '500 that says invalid_grant', answer(500, {error: 'invalid_grant'}), 'uncertain', 'AUTH_UNAVAILABLE', 75],
  ['row 25', '200 with a web page', answer(200, html, {'content-type': 'text/html'}), 'untouched', 'AUTH_WEB_PAGE', 75],
  ['row 26', '200 and empty', answer(200, ''), 'ambiguous', 'AUTH_ANSWER_LOST', 75],
  ['row 27', '200 cut off', answer(200, '{"access_token":"a.b'), 'ambiguous', 'AUTH_ANSWER_LOST', 75],
  ['row 28', '200 with null', answer(200, 'null'), 'ambiguous', 'AUTH_ANSWER_LOST', 75],
  ['row 28', '200 with an array', answer(200, []), 'ambiguous', 'AUTH_ANSWER_LOST', 75],
  ['row 30', '200 with an error member', answer(200, {error: 'invalid_grant'}), 'refused', 'AUTH_ENDED', 4],
  ['row 31', '200 without an access token', answer(200, {refresh_token: 'r'}), 'spent', 'AUTH_ANSWER_LOST', 75],
  ['row 31', '200 with an empty access token', answer(200, {access_token: ''}), 'ambiguous', 'AUTH_ANSWER_LOST', 75],
  ['row 33', 'expires_in as text', answer(200, {...token, expires_in: '3600'}), 'tokens'],
  ['row 36', 'token_type in capitals', answer(200, {...token, token_type: 'BEARER'}), 'tokens'],
  ['row 37', 'token_type mac', answer(200, {...token, token_type: 'mac'}), 'spent', 'AUTH_TOKEN_TYPE', 4],
  ['row 43', '302', answer(302, '', {location: 'https://elsewhere.test/token'}), 'untouched', 'AUTH_REDIRECTED', 78],
]

describe('classify: what an answer of the token endpoint means', () => {
  for (const [row, name, given, kind, code, exit] of table) {
    it(`${row}: ${name} is ${kind}${code ? ` (${code}, exit ${exit})` : ''}`, () => {
      const verdict = classify(given, binding)
      assert.equal(verdict.kind, kind)
      if (verdict.kind !== 'tokens') {
        assert.equal(verdict.reason.code, code)
        assert.equal(verdict.reason.exit, exit)
        assert.ok(verdict.reason.suggestions.length > 0, 'every reason has a next step')
      }
    })
  }

  it('row 14: a refusal without a reason may be asked again; one with a reason never', () => {
    const silent = classify(answer(401, ''), binding)
    const spoken = classify(answer(400, {error: 'invalid_grant'}), binding)
    assert.ok(silent.kind === 'refused' && !silent.final)
    assert.ok(spoken.kind === 'refused' && spoken.final)
  })

  it('row 19: the pause that a server names is capped at 120 s and concerns every session at that issuer', () => {
    const verdict = classify(answer(429, '', {'retry-after': '86400'}), binding)
    assert.ok(verdict.kind === 'untouched' && verdict.restMs === 120_000)
  })

  it('row 23: a pause that is named counts, whatever the answer means', () => {
    for (const status of [408, 500, 502, 503, 504]) {
      const verdict = classify(answer(status, '', {'x-retry-after': '7'}), binding)
      assert.ok('restMs' in verdict && verdict.restMs === 7000, String(status))
    }
  })

  it('shows no token that a server echoes in its description', () => {
    const secret = 'DXTJdCLjKznYUmIQtMRTOYLrubyIlMGv'
    const words = {error: 'odd', error_description: `token ${secret} is bad\u001b[2J`}
    const verdict = classify(answer(400, words), binding, [secret])
    assert.ok(verdict.kind === 'refused')
    assert.ok(!verdict.reason.message.includes(secret))
    assert.ok(!verdict.reason.message.includes('\u001b'))
  })
})
