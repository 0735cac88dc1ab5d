import assert from 'node:assert/strict'
import {json, text, type TokenAnswer} from './stage.ts'
import {HTML, html, oauth, ended, lost, setUp, type Case} from './case.ts'

/** Row 2: another program stores a newer session while the server refuses the one that was sent. */
const refusedButReplaced: TokenAnswer = async (response, token, stage) => {
  const stored = await stage.store.read()
  assert.ok(stored?.credential.kind === 'oauth')
  const tokens = {...stored.credential.tokens, accessToken: 'access-2', refreshToken: 'refresh-2'}
  await stage.store.save(stored.generation, {...tokens, expiresAt: Date.now() + 3_600_000})
  await oauth('invalid_grant')(response, token, stage)
}

const unavailable = {exit: 75, code: 'AUTH_UNAVAILABLE', message: /is temporarily unavailable; session kept/} as const

const busy = {exit: 75, code: 'AUTH_RATE_LIMITED', message: /^Too many requests at http:.*Retry in \d+ s\.$/} as const

const stepUp = {exit: 4, code: 'AUTH_STEP_UP', message: /asks you to confirm your identity/, after: 'paused'} as const

/** Rows 1 to 25: the server refuses, is busy or is broken, or something else answers. */
export const REFUSED: readonly Case[] = [
  {
    row: 1,
    name: 'invalid_grant',
    answer: oauth('invalid_grant'),
    message: /^Your session for default ended \(http:.*: invalid_grant\)\.$/,
    after: 'refused',
    ...ended,
  },
  {row: 2, name: 'invalid_grant for what is not stored any more', answer: refusedButReplaced, after: 'renewed'},
  ...['mfa_required', 'consent_required', 'rapt_required'].map((suberror): Case => ({
    row: 3,
    name: `invalid_grant with ${suberror}`,
    answer: oauth('invalid_grant', {suberror}),
    ...stepUp,
  })),
  {row: 3, name: 'interaction_required', answer: oauth('interaction_required'), ...stepUp},
  {row: 3, name: 'invalid_grant with claims to meet', answer: oauth('invalid_grant', {claims: '{}'}), ...stepUp},
  {
    row: 4,
    name: 'invalid_request',
    answer: oauth('invalid_request', {error_description: 'no such session'}),
    message: /refused your session \(invalid_request: no such session\)/,
    after: 'refused',
    ...ended,
  },
  {
    row: 5,
    name: 'invalid_client',
    answer: oauth('invalid_client', {}, 401),
    code: 'AUTH_CLIENT_REFUSED',
    message: /not accepted as a client by http:.*\(invalid_client\)/,
    ...setUp,
  },
  {
    row: 6,
    name: 'unauthorized_client',
    answer: oauth('unauthorized_client'),
    code: 'AUTH_CLIENT_REFUSED',
    message: /does not allow refresh for this client/,
    ...setUp,
  },
  {
    row: 7,
    name: 'unsupported_grant_type',
    answer: oauth('unsupported_grant_type'),
    code: 'AUTH_GRANT_UNSUPPORTED',
    message: /does not support refresh tokens for this client/,
    ...setUp,
  },
  {
    row: 8,
    name: 'invalid_scope',
    answer: oauth('invalid_scope', {error_description: 'tasks:write is gone'}),
    code: 'AUTH_SCOPE_CHANGED',
    message: /^Scopes were changed at http:.*: tasks:write is gone\.$/,
    ...setUp,
  },
  {
    row: 9,
    name: 'invalid_target',
    answer: oauth('invalid_target'),
    code: 'AUTH_RESOURCE_REFUSED',
    message: /^Resource http:.* is not allowed for this login\.$/,
    ...setUp,
  },
  ...[400, 404, 502].map((status): Case => ({
    row: 12,
    name: `temporarily_unavailable with HTTP ${status}`,
    answer: oauth('temporarily_unavailable', {}, status),
    after: 'asked again',
    presentations: 3,
    ...unavailable,
  })),
  {row: 12, name: 'server_error with HTTP 400', answer: oauth('server_error'), after: 'uncertain', ...unavailable},
  {
    row: 13,
    name: 'a code that no RFC knows',
    answer: oauth('account_suspended', {error_description: 'see your\u001B[2J admin'}),
    message: /refused your session \(account_suspended: see your \[2J admin\)/,
    after: 'refused',
    ...ended,
  },
  ...(
    [
      ['401 and nothing else', text(401, '')],
      ['400 with a body that is not OAuth', json(400, {message: 'no'})],
    ] as const
  ).map(([name, answer]): Case => ({
    row: 14,
    name,
    answer,
    message: /refused your session without saying why \(HTTP 40[01]\)/,
    after: 'refused silently',
    ...ended,
  })),
  ...(
    [
      ['403 as a web page', text(403, HTML, {...html, 'x-request-id': 'req-7'})],
      ['403 as JSON that is not OAuth', json(403, {message: 'rule 7'}, {'x-request-id': 'req-7'})],
    ] as const
  ).map(([name, answer]): Case => ({
    row: 15,
    name,
    answer,
    exit: 77,
    code: 'AUTH_BLOCKED',
    message: /^Blocked with 403 before reaching the identity provider \(request id req-7\)\.$/,
    after: 'paused',
  })),
  ...[404, 405].map((status): Case => ({
    row: 16,
    name: `${status}, and the metadata name no other address`,
    answer: json(status, {}),
    code: 'AUTH_ENDPOINT_MISSING',
    message: /^Token endpoint not found at http:.*\/token\.$/,
    check: async (stage) =>
      assert.equal(stage.metadataAsked, 2, 'before the token is sent, and once to find the place'),
    ...setUp,
  })),
  {
    row: 16,
    name: '404, and the metadata name another address: it is used',
    prepare: (stage) => void (stage.tokenPath = '/moved'),
    after: 'renewed',
    presentations: 2,
  },
  {
    row: 17,
    name: '407 in the place of an answer',
    answer: text(407, ''),
    code: 'NETWORK_PROXY_AUTH',
    message: /^Your proxy on the way to 127\.0\.0\.1:\d+ requires authentication\.$/,
    ...setUp,
  },
  ...[408, 499].map((status): Case => ({
    row: 18,
    name: `${status}`,
    answer: text(status, ''),
    after: 'uncertain',
    ...unavailable,
  })),
  ...(
    [
      ['Retry-After in seconds', {'retry-after': '40'}],
      ['Retry-After as a date', {'retry-after': new Date(Date.now() + 600_000).toUTCString()}],
      ['x-retry-after', {'x-retry-after': '40'}],
    ] as const
  ).map(([name, headers]): Case => ({
    row: 19,
    name: `429 with ${name}`,
    answer: text(429, 'slow down', headers),
    after: 'paused',
    ...busy,
  })),
  {row: 20, name: '429 without Retry-After', answer: text(429, ''), after: 'paused', presentations: 3, ...busy},
  {row: 21, name: '500', answer: json(500, {message: 'oops'}), after: 'uncertain', ...unavailable},
  ...[502, 520].map((status): Case => ({
    row: 22,
    name: `${status}`,
    answer: text(status, HTML, html),
    after: 'uncertain',
    ...unavailable,
  })),
  {row: 22, name: '504', answer: text(504, ''), message: /temporarily unavailable \(HTTP 504\)/, ...lost},
  {row: 23, name: '503', answer: text(503, ''), after: 'uncertain', ...unavailable},
  {
    row: 23,
    name: '503 of a gateway whose connection broke',
    answer: text(503, 'upstream connect error or disconnect/reset before headers', {server: 'envoy'}),
    after: 'uncertain',
    ...unavailable,
  },
  {
    row: 23,
    name: '503 with temporarily_unavailable',
    answer: oauth('temporarily_unavailable', {}, 503),
    after: 'asked again',
    presentations: 3,
    ...unavailable,
  },
  ...['retry-after', 'x-retry-after'].map((header): Case => ({
    row: 23,
    name: `503 with ${header}`,
    answer: text(503, '', {[header]: '30'}),
    after: 'uncertain after a pause',
    ...unavailable,
  })),
  {
    row: 24,
    name: '500 that says invalid_grant',
    answer: oauth('invalid_grant', {}, 500),
    after: 'uncertain',
    ...unavailable,
  },
  {
    row: 25,
    name: '200 with a web page',
    answer: text(200, HTML, html),
    exit: 75,
    code: 'AUTH_WEB_PAGE',
    message: /^Got a web page instead of a token from 127\.0\.0\.1:\d+: captive portal or proxy\?/,
    after: 'paused',
  },
]
