import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {isProblem} from '@superset/identity'
import {changed, NAME, settingsOf} from '../src/settings.ts'

const COMMAND = '/opt/acme/token'

function request(value: unknown) {
  return {homeDir: '/home/ada/.superset', profile: 'Work', settings: {plugins: {[NAME]: value, other: 1}}}
}

describe('the settings of a credential command', () => {
  it('need a command alone', () => {
    assert.deepEqual(settingsOf(request({command: COMMAND})), {
      command: COMMAND,
      args: [],
      env: {},
      interactive: 'never',
      apiVersion: 'client.authentication.k8s.io/v1',
    })
  })

  it('may say all of it', () => {
    const all = {
      command: 'aws',
      args: ['eks', ''],
      env: {AWS_PROFILE: 'work'},
      interactive: 'if-available',
      deadlineSeconds: 5,
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      apiUrl: 'http://127.0.0.1:4000',
      issuer: 'https://login.acme.test',
      organization: 'acme',
      login: ['aws', 'sso', 'login'],
      logout: ['/usr/bin/aws', 'sso', 'logout'],
    }
    assert.deepEqual(settingsOf(request(all)), all)
  })

  it('that are absent name the file to write', () => {
    assert.throws(
      () => settingsOf(request(undefined)),
      (error) => {
        assert.ok(isProblem(error))
        assert.deepEqual([error.code, error.exit], ['AUTH_COMMAND_UNSET', 78])
        assert.match(error.suggestions.join(), /\/home\/ada\/\.superset\/cli\/profiles\/%57ork\.json/)
        return true
      },
    )
  })

  const WRONG: ReadonlyArray<readonly [unknown, RegExp]> = [
    [[], /"\] must be an object/],
    [{}, /\.command must be an absolute path/],
    [{command: './token'}, /\.command must be an absolute path/],
    [{command: '~/bin/token'}, /\.command must be an absolute path/],
    [{command: 'token\0'}, /\.command/],
    [{command: COMMAND, args: '--json'}, /\.args must be a list of texts/],
    [{command: COMMAND, args: [1]}, /\.args/],
    [{command: COMMAND, env: {'A=B': 'c'}}, /\.env/],
    [{command: COMMAND, env: {A: 1}}, /\.env/],
    [{command: COMMAND, interactive: true}, /\.interactive must be one of never, if-available, always/],
    [{command: COMMAND, deadlineSeconds: 0}, /\.deadlineSeconds/],
    [{command: COMMAND, deadlineSeconds: 1.5}, /\.deadlineSeconds/],
    [{command: COMMAND, apiVersion: 'v1'}, /\.apiVersion/],
    [{command: COMMAND, apiUrl: 'https://api.acme.test/'}, /\.apiUrl must be an origin/],
    [{command: COMMAND, apiUrl: 'http://api.acme.test'}, /\.apiUrl/],
    [{command: COMMAND, login: ['in']}, /\.login needs a `logout` beside it/],
    [{command: COMMAND, login: []}, /\.login must be a list/],
    [{command: COMMAND, logout: 'logout'}, /\.logout must be a list/],
    [{command: COMMAND, comand: COMMAND}, /\.comand is not a setting/],
    [{command: COMMAND, constructor: 1}, /\.constructor is not a setting/],
  ]
  for (const [value, expected] of WRONG) {
    it(`are refused with file and key: ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => settingsOf(request(value)),
        (error) => {
          assert.ok(isProblem(error))
          assert.deepEqual([error.code, error.exit], ['CONFIG_INVALID', 78])
          assert.match(error.message, /^\/home\/ada\/\.superset\/cli\/profiles\/%57ork\.json: plugins\[/)
          assert.match(error.message, expected)
          return true
        },
      )
    })
  }

  it('change one by one: everything else stays, that of other plugins included', () => {
    assert.deepEqual(changed(request({command: COMMAND}), {organization: 'acme'}), {
      plugins: {[NAME]: {command: COMMAND, organization: 'acme'}, other: 1},
    })
  })
})

describe('the examples of the README', () => {
  it('are settings as they must be', async () => {
    const text = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const examples = [...text.matchAll(/^```json\n(\{\n.*?)^```/gms)].map(([, json]) => JSON.parse(json!) as Example)
    assert.equal(examples.length, 2)
    for (const {plugins} of examples)
      settingsOf({homeDir: '/home/ada/.superset', profile: 'default', settings: {plugins}})
  })
})

interface Example {
  readonly plugins: Readonly<Record<string, unknown>>
}
