import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {json, rotate, rotated, rotating, type Stage, type StageOptions, text, type TokenAnswer} from './stage.ts'

/** How an attempt leaves the generation (G5), which decides what later runs do. */
export type Aftermath =
  | 'ambiguous' // one more run would be a replay: none, and exit 4
  | 'asked again' // untouched: the next run presents it
  | 'paused' // untouched: the next run presents it, when the pause is over
  | 'refused' // never sent again
  | 'refused silently' // sent again after the pause
  | 'renewed'
  | 'spent' // the answer is not used, and nothing is sent again
  | 'uncertain' // one more presentation by a later run, then exit 4
  | 'unsent' // nothing ever reached a token endpoint

export interface Case extends StageOptions {
  readonly row: number
  readonly name: string
  readonly after: Aftermath
  /** With an expired token. */
  readonly exit?: 4 | 75 | 77 | 78
  readonly code?: string
  readonly message?: RegExp
  /** Presentations by the first run; 1 unless given. */
  readonly presentations?: number
  readonly prepare?: (stage: Stage) => void
  /** What is special about it, after the first run. */
  readonly check?: (stage: Stage, told: readonly string[]) => Promise<void>
}

const HTML = '<!doctype html><title>Hotel</title>'
const html = {'content-type': 'text/html; charset=utf-8'}
const oauth = (error: string, more: object = {}, status = 400): TokenAnswer => json(status, {error, ...more})
const idToken = (claims: object): string => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`
const destroy: TokenAnswer = (response) => void response.destroy()
const cutOff: TokenAnswer = (response) => {
  response.writeHead(200, {'content-type': 'application/json', 'content-length': '500'})
  response.write('{"access_token":"acc', () => response.destroy())
}

/** Row 2: another program stores a newer session while the server refuses the one that was sent. */
const refusedButReplaced: TokenAnswer = async (response, token, stage) => {
  const stored = await stage.store.read()
  assert.ok(stored?.credential.kind === 'oauth')
  const tokens = {...stored.credential.tokens, accessToken: 'access-2', refreshToken: 'refresh-2'}
  await stage.store.save(stored.generation, {...tokens, expiresAt: Date.now() + 3_600_000})
  await oauth('invalid_grant')(response, token, stage)
}

async function assertSetAside(stage: Stage): Promise<void> {
  const [file = assert.fail('nothing is set aside'), ...others] = await stage.quarantined()
  assert.deepEqual(others, [])
  assert.equal((await readFile(file, 'latin1')).includes('access-2'), false, 'it is sealed')
}

const unknownLife = async (stage: Stage): Promise<void> => {
  assert.equal((await stage.stored()).expiresAt, undefined)
  // No loop: the API refuses what came a moment ago, run after run.
  const before = stage.presented.length
  stage.apiStatus = 401
  for (let run = 0; run < 3; run++) assert.equal((await stage.run()).status, 401)
  stage.apiStatus = 200
  assert.equal(stage.presented.length, before)
}

const oddLife = (name: string, expires_in: unknown): Case => ({
  row: 34,
  name: `expires_in ${name} makes the life unknown, and no refresh follows the other`,
  answer: rotating({expires_in}),
  after: 'renewed',
  check: unknownLife,
})

const ended = {exit: 4, code: 'AUTH_ENDED'} as const
const lost = {exit: 75, code: 'AUTH_ANSWER_LOST', after: 'ambiguous'} as const
const unavailable = {exit: 75, code: 'AUTH_UNAVAILABLE', message: /is temporarily unavailable; session kept/} as const
const setUp = {exit: 78, after: 'paused'} as const
const busy = {exit: 75, code: 'AUTH_RATE_LIMITED', message: /^Too many requests at http:.*Retry in \d+ s\.$/} as const
const stepUp = {exit: 4, code: 'AUTH_STEP_UP', message: /asks you to confirm your identity/, after: 'paused'} as const

export const CASES: readonly Case[] = [
  // It takes 15 s, so it comes first.
  {
    row: 50,
    name: 'an answer that drips for ever',
    answer(response) {
      response.writeHead(200, {'content-type': 'application/json'})
      const timer = setInterval(() => response.write(' '), 1000)
      response.on('close', () => clearInterval(timer))
    },
    message: /did not answer in 15 s/,
    ...lost,
  },
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
    check: async (stage) => assert.equal(stage.metadataAsked, 1, 'the metadata are read anew, once'),
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
  {row: 18, name: '408', answer: text(408, ''), after: 'asked again', presentations: 3, ...unavailable},
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
  {row: 23, name: '503', answer: text(503, ''), after: 'asked again', presentations: 3, ...unavailable},
  ...['retry-after', 'x-retry-after'].map((header): Case => ({
    row: 23,
    name: `503 with ${header}`,
    answer: text(503, '', {[header]: '30'}),
    after: 'paused',
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
  {row: 26, name: '200 and nothing else', answer: text(200, ''), message: /^Empty answer from http:/, ...lost},
  {row: 26, name: '200 and nothing, as a web page', answer: text(200, '', html), message: /^Empty answer/, ...lost},
  {row: 27, name: 'a reset within the answer', answer: cutOff, message: /was cut off/, ...lost},
  {row: 27, name: 'half of the JSON', answer: text(200, '{"access_token":"acc'), message: /was cut off/, ...lost},
  ...['null', '[]', '42', 'ok'].map((body): Case => ({
    row: 28,
    name: `200 with ${body}`,
    answer: text(200, body),
    message: /^Malformed answer from http:/,
    ...lost,
  })),
  {
    row: 28,
    name: '200 with more than 1 MB',
    answer: text(200, JSON.stringify({access_token: 'a'.repeat(1_100_000)})),
    message: /^Malformed answer from http:/,
    ...lost,
  },
  ...['text/plain', 'text/html'].map((type): Case => ({
    row: 29,
    name: `a token answer that calls itself ${type} is taken: the old token is spent`,
    answer: rotating({}, {'content-type': type}),
    after: 'renewed',
  })),
  {
    row: 30,
    name: '200 with invalid_grant',
    answer: oauth('invalid_grant', {}, 200),
    message: /invalid_grant/,
    after: 'refused',
    ...ended,
  },
  {
    row: 30,
    name: '200 with invalid_client',
    answer: oauth('invalid_client', {}, 200),
    code: 'AUTH_CLIENT_REFUSED',
    ...setUp,
  },
  ...[undefined, '', 42].map((access_token): Case => ({
    row: 31,
    name: `access_token ${JSON.stringify(access_token) ?? 'missing'}, and no refresh token`,
    answer: json(200, {access_token, token_type: 'Bearer'}),
    message: /^Malformed answer from http:/,
    ...lost,
  })),
  {
    row: 32,
    name: 'expires_in missing, an opaque token: used until a 401',
    answer: rotating({expires_in: undefined}),
    after: 'renewed',
    check: unknownLife,
  },
  {
    row: 33,
    name: 'expires_in as text',
    answer: rotating({expires_in: '3600'}),
    after: 'renewed',
    check: async (stage) => assert.equal((await stage.stored()).lifetimeMs, 3_600_000),
  },
  oddLife('0', 0),
  oddLife('-5', -5),
  oddLife('1.5', 1.5),
  oddLife('null', null),
  oddLife('"NaN"', 'NaN'),
  ...[2 ** 60, 1e300].map((expires_in): Case => ({
    row: 35,
    name: `expires_in ${expires_in} counts as a year at most`,
    answer: rotating({expires_in}),
    after: 'renewed',
    check: async (stage) => assert.ok(((await stage.stored()).lifetimeMs ?? 0) <= 365 * 24 * 3_600_000),
  })),
  {row: 36, name: 'token_type bEARER', answer: rotating({token_type: 'bEARER'}), after: 'renewed'},
  {
    row: 37,
    name: 'token_type mac: not used, and sealed aside',
    answer: rotating({token_type: 'mac'}),
    exit: 4,
    code: 'AUTH_TOKEN_TYPE',
    message: /^Unsupported token type mac/,
    after: 'spent',
    check: assertSetAside,
  },
  ...(
    [
      ['38', 'missing', undefined],
      ['39', 'empty', ''],
      ['39', 'a number', 7],
    ] as const
  ).map(([row, name, refresh_token]): Case => ({
    row: Number(row),
    name: `refresh_token ${name}: the old one stays`,
    answer: rotating({refresh_token}),
    after: 'renewed',
    check: async (stage) => assert.equal((await stage.stored()).refreshToken, 'refresh-1'),
  })),
  {
    row: 40,
    name: 'a narrower scope is stored',
    answer: rotating({scope: 'openid'}),
    after: 'renewed',
    check: async (stage) => assert.equal((await stage.stored()).scope, 'openid'),
  },
  {
    row: 41,
    name: 'a wider scope is kept, and told once',
    answer: rotating({scope: 'openid profile email offline_access admin'}),
    after: 'renewed',
    async check(stage, told) {
      assert.match(told.join('\n'), /granted more than was asked: admin\.$/)
      assert.deepEqual((await stage.run()).told, [])
    },
  },
  ...(
    [
      ['subject', idToken({sub: 'mallory'})],
      ['issuer', idToken({sub: 'ada', iss: 'https://evil.test'})],
    ] as const
  ).map(([name, id_token]): Case => ({
    row: 42,
    name: `an ID token of another ${name}: not used, and sealed aside`,
    answer: rotating({id_token}),
    exit: 4,
    code: 'AUTH_OTHER_SUBJECT',
    message: /identity differs from yours/,
    after: 'spent',
    check: assertSetAside,
  })),
  {
    row: 42,
    name: 'an ID token of the same person, its issuer written with a slash',
    answer: (response, token, stage) =>
      json(200, rotated(token, {id_token: idToken({sub: 'ada', iss: `${stage.url}/`})}))(response, token, stage),
    after: 'renewed',
  },
  ...[301, 302, 307, 308].map((status): Case => ({
    row: 43,
    name: `${status} is not followed`,
    answer: (response, token, stage) => text(status, '', {location: `${stage.url}/elsewhere`})(response, token, stage),
    code: 'AUTH_REDIRECTED',
    message: /^Token endpoint redirects to 127\.0\.0\.1:\d+; refused\.$/,
    ...setUp,
  })),
  {
    row: 47,
    name: 'a connection that breaks after the request',
    answer: destroy,
    message: /broke while refreshing/,
    ...lost,
  },
]

/** Row 31, the other half: it differs between valid and expired, so it is told by itself. */
export const refreshTokenAlone: TokenAnswer = (response, token, stage) =>
  token === 'refresh-1'
    ? json(200, {refresh_token: 'refresh-2'})(response, token, stage)
    : rotate(response, token, stage)
