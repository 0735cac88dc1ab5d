import assert from 'node:assert/strict'
import {checkOutsideOrigin, type Problem, type Source} from '@superset/identity'
import {checkOrigin, checkUsable} from '../../src/session/check-origin.ts'
import {API, bindingFor} from '../support/sessions.ts'

const OTHER = 'https://other.test'

describe('the API that a session belongs to', () => {
  const check = (value: string, source: Source) =>
    checkOrigin(bindingFor('work'), {bin: 'superset', apiUrl: {value, source}})

  it('may be named by anybody, and needs no naming', () => {
    for (const source of ['env:SUPERSET_API_URL', 'profile', 'policy'] as const) check(API, source)
    check(OTHER, 'default')
  })

  for (const [source, holder, next] of [
    ['env:SUPERSET_API_URL', 'SUPERSET_API_URL', 'Unset SUPERSET_API_URL.'],
    ['profile', "the profile's settings (work)", 'Sign in there: `superset auth login --profile work`.'],
    ['policy', "this machine's policy", 'Sign in there: `superset auth login --profile work`.'],
  ] as const) {
    it(`is not another: ${source} is named truthfully, with both APIs`, () => {
      assert.throws(
        () => check(OTHER, source),
        (error: Problem) => {
          assert.deepEqual([error.code, error.exit, error.suggestions[0]], ['ORIGIN_MISMATCH', 78, next])
          assert.ok(error.message.includes(`${API}, but ${holder} names ${OTHER}`), error.message)
          return true
        },
      )
    })
  }
})

describe('the API that a key or token from outside is for', () => {
  const DEFAULT = 'https://api.superset.sh'
  const check = (value: string, source: Source, from: Source = 'env:SUPERSET_API_KEY') =>
    checkOutsideOrigin(from, {apiUrl: {value, source}, defaultApiUrl: DEFAULT, profile: 'work'})

  it('is the one that a variable or the policy names, or the default', () => {
    for (const source of ['env:SUPERSET_API_URL', 'policy', 'default'] as const) check(API, source)
    check(DEFAULT, 'profile')
  })

  it("is not guessed from a profile's settings: both APIs are named, and nothing is sent", () => {
    for (const [from, name] of [
      ['env:SUPERSET_API_KEY', 'SUPERSET_API_KEY'],
      ['env:SUPERSET_TOKEN', 'SUPERSET_TOKEN'],
      ['flag', '--api-key'],
    ] as const) {
      assert.throws(
        () => check(API, 'profile', from),
        ({code, exit, message, suggestions}: Problem) => {
          assert.deepEqual([code, exit], ['ORIGIN_UNNAMED', 78])
          for (const part of [name, API, DEFAULT]) assert.ok(message.includes(part), message)
          assert.ok(suggestions[0]?.includes(`SUPERSET_API_URL=${API}`), suggestions[0])
          return true
        },
      )
    }
  })
})

describe('what the previous client stored without naming an API', () => {
  const binding = {...bindingFor('work'), apiUrlAssumed: true as const}
  const check = (value: string, source: Source, kind: 'api-key' | 'oauth' = 'api-key') =>
    checkUsable({binding, place: '/home/ada/.superset/config.json', storage: 'file'}, kind, {
      bin: 'superset',
      apiUrl: {value, source},
    })

  it('is for the default one, until another is named', () => {
    check(OTHER, 'default')
    check(API, 'env:SUPERSET_API_URL')
    for (const [kind, what] of [
      ['api-key', 'The API key in /home/ada/.superset/config.json'],
      ['oauth', 'The session in /home/ada/.superset/config.json'],
    ] as const) {
      assert.throws(
        () => check(OTHER, 'env:SUPERSET_API_URL', kind),
        ({code, exit, message}: Problem) => {
          assert.deepEqual([code, exit], ['ORIGIN_UNNAMED', 78])
          assert.ok(message.startsWith(`${what} does not say which API it is for`), message)
          assert.doesNotMatch(message, /signed in to/)
          return true
        },
      )
    }
  })
})
