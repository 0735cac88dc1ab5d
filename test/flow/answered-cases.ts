import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {json, rotate, rotated, rotating, text, type Stage, type TokenAnswer} from './stage.ts'
import {html, oauth, ended, lost, setUp, type Case} from './case.ts'

const idToken = (claims: object): string => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`

const destroy: TokenAnswer = (response) => void response.destroy()

const cutOff: TokenAnswer = (response) => {
  response.writeHead(200, {'content-type': 'application/json', 'content-length': '500'})
  response.write('{"access_token":"acc', () => response.destroy())
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

/** Rows 26 to 47: an answer that promises success, however odd; and answers that never come in full. */
export const ANSWERED: readonly Case[] = [
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
    // Row 104: how much is read is said.
    message: /^127\.0\.0\.1 sent more than 1 MB\./,
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
    name: 'an ID token, where only an access token had named the subject',
    binding: () => ({subject: 'ada-at-the-api', subjectFrom: 'api'}),
    answer: rotating({id_token: idToken({sub: 'pairwise-1'})}),
    after: 'renewed',
  },
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
