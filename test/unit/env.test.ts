import assert from 'node:assert/strict'
import {homedir} from 'node:os'
import path from 'node:path'
import {isProblem} from '@superset/identity'
import {heldSecrets, readEnvironment, takeSecrets, autoUpdateEnvironment, autoUpdateOff} from '../../src/env.ts'

function refusal(env: Record<string, string>, secrets = {}): {code: string; exit: number; message: string} {
  try {
    readEnvironment(env, secrets)
  } catch (error) {
    if (isProblem(error)) return error
    throw error
  }

  return assert.fail('was accepted')
}

describe('the environment', () => {
  it('has a default for everything that is needed', () => {
    const environment = readEnvironment({}, {})
    assert.deepEqual(environment, {
      agentMode: false,
      homeDir: path.join(homedir(), '.superset'),
      apiUrl: {value: 'https://api.superset.sh', source: 'default'},
      defaultApiUrl: 'https://api.superset.sh',
      webUrl: {value: 'https://app.superset.sh', source: 'default'},
      clientId: {value: 'superset-cli', source: 'default'},
    })
  })

  it('says which variable a value came from', () => {
    const environment = readEnvironment(
      {
        SUPERSET_API_URL: ' https://api.acme.test/ ',
        SUPERSET_ORGANIZATION_ID: 'org-1',
        SUPERSET_IDENTITY: '@acme/plugin-sso',
        SUPERSET_STORAGE: 'file',
        SUPERSET_PROFILE: 'work',
        SUPERSET_ISSUER: 'https://login.acme.test/realm/',
      },
      {},
    )
    assert.deepEqual(environment.apiUrl, {value: 'https://api.acme.test', source: 'env:SUPERSET_API_URL'})
    assert.deepEqual(environment.organization, {value: 'org-1', source: 'env:SUPERSET_ORGANIZATION_ID'})
    assert.deepEqual(environment.identity, {value: '@acme/plugin-sso', source: 'env:SUPERSET_IDENTITY'})
    assert.deepEqual(environment.storage, {value: 'file', source: 'env:SUPERSET_STORAGE'})
    assert.deepEqual(environment.profile, {value: 'work', source: 'env:SUPERSET_PROFILE'})
    // Issuers are compared exactly: the slash stays.
    assert.equal(environment.issuer?.value, 'https://login.acme.test/realm/')
  })

  it('takes white space for nothing', () => {
    const environment = readEnvironment({SUPERSET_API_URL: '  ', SUPERSET_STORAGE: '\t', SUPERSET_PROFILE: ''}, {})
    assert.equal(environment.apiUrl.source, 'default')
    assert.equal('storage' in environment, false)
  })

  it('stores under a key when one is given, unless told otherwise', () => {
    assert.deepEqual(readEnvironment({}, {storageKey: 'k'}).storage, {value: 'key', source: 'env:SUPERSET_STORAGE_KEY'})
    assert.equal(readEnvironment({SUPERSET_STORAGE: 'file'}, {storageKey: 'k'}).storage?.value, 'file')
  })

  for (const url of [
    'http://127.0.0.1:3000',
    'http://127.9.9.9',
    'http://localhost:1',
    'http://[::1]:8080',
    'https://x.test',
  ]) {
    it(`accepts the API at ${url}`, () => {
      assert.equal(readEnvironment({SUPERSET_API_URL: url}, {}).apiUrl.value, new URL(url).origin)
    })
  }

  for (const [url, rule] of [
    ['api.superset.sh', /http\(s\)/],
    ['ftp://x.test', /http\(s\)/],
    ['http://api.superset.sh', /https/],
    ['http://127.0.0.1.evil.test', /https/],
    ['http://localhost.evil.test', /https/],
    ['https://x.test/api', /without a path/],
    ['https://x.test/?a=1', /without a path/],
    ['https://x.test/?', /without a path/],
    ['https://x.test/#a', /without a path/],
    ['https://ada:secret@x.test', /user name/],
    ['javascript:alert(1)', /http\(s\)/],
  ] as const) {
    it(`refuses the API at ${url}, without repeating it`, () => {
      const {code, exit, message} = refusal({SUPERSET_API_URL: url})
      assert.deepEqual([code, exit], ['CONFIG_API_URL', 78])
      assert.match(message, /^SUPERSET_API_URL /)
      assert.match(message, rule)
      assert.equal(message.includes(url), false)
    })
  }

  for (const [name, value] of [
    ['SUPERSET_STORAGE', 'cloud'],
    ['SUPERSET_HOME_DIR', 'relative/path'],
    ['SUPERSET_HOME_DIR', '~/superset'],
    ['SUPERSET_PROFILE', '../../etc'],
    ['SUPERSET_PROFILE', '.'],
    ['SUPERSET_IDENTITY', '../evil'],
    ['SUPERSET_ORGANIZATION_ID', 'a\r\nx-injected: 1'],
    ['SUPERSET_WEB_URL', 'nowhere'],
    ['SUPERSET_ISSUER', 'https://x.test/?a'],
  ] as const) {
    it(`refuses ${name}=${JSON.stringify(value)} and names the variable`, () => {
      const {code, exit, message} = refusal({[name]: value})
      assert.deepEqual([code, exit], [`CONFIG_${name.slice('SUPERSET_'.length)}`, 78])
      assert.ok(message.startsWith(name))
    })
  }

  it('refuses a key with a line break and does not show it', () => {
    const {code, message} = refusal({}, {apiKey: 'sk_live_\nsecret'})
    assert.equal(code, 'CONFIG_API_KEY')
    assert.equal(message.includes('secret'), false)
  })

  it('takes secrets out, so that no child inherits them, and keeps them', () => {
    const env = {SUPERSET_API_KEY: ' sk_1 ', SUPERSET_TOKEN: 'tok', SUPERSET_STORAGE_KEY: '', HOME: '/h'}
    assert.deepEqual(takeSecrets(env), {apiKey: 'sk_1', token: 'tok'})
    assert.deepEqual(env, {HOME: '/h'})
    assert.deepEqual(takeSecrets({}), {apiKey: 'sk_1', token: 'tok'})
  })

  it("takes a workload's tokens out of the environment, from whichever variable holds them", () => {
    const env = {ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer', SUPERSET_ID_TOKEN: 'a.b.c', OTHER: 'x'}
    assert.deepEqual(takeSecrets(env), {...heldSecrets(), workloadRequestToken: 'bearer', workloadToken: 'a.b.c'})
    assert.deepEqual(env, {OTHER: 'x'})
    const named = {SUPERSET_WORKLOAD_IDENTITY: 'env:MY_TOKEN', MY_TOKEN: 'd.e.f', SUPERSET_ID_TOKEN: 'g.h.i'}
    assert.equal(takeSecrets(named, 'env:OTHER').workloadToken, 'd.e.f')
    assert.deepEqual(Object.keys(named), ['SUPERSET_WORKLOAD_IDENTITY', 'SUPERSET_ID_TOKEN'])
    assert.equal(takeSecrets({HERS: 'j.k.l'}, 'env:HERS').workloadToken, 'j.k.l')
    assert.equal(takeSecrets({}, 'env:HERS').workloadToken, 'j.k.l')
    assert.equal(takeSecrets({}, 'env:MISSING').workloadToken, undefined, 'the token of another variable is not used')
    assert.equal(takeSecrets({}, 'gitlab').workloadToken, 'a.b.c', 'another profile still has its own')
  })

  it('knows where a workload gets its token', () => {
    const {workloadAudience, workloadSource} = readEnvironment(
      {SUPERSET_WORKLOAD_IDENTITY: 'github', SUPERSET_WORKLOAD_AUDIENCE: 'https://id.acme.test'},
      {},
    )
    assert.deepEqual(workloadSource, {value: 'github', source: 'env:SUPERSET_WORKLOAD_IDENTITY'})
    assert.equal(workloadAudience, 'https://id.acme.test')
    for (const SUPERSET_WORKLOAD_IDENTITY of ['jenkins', 'env:', 'env:A B', 'file:relative']) {
      const {code, exit, message} = refusal({SUPERSET_WORKLOAD_IDENTITY})
      assert.deepEqual([code, exit], ['CONFIG_WORKLOAD_IDENTITY', 78])
      assert.match(message, /github, gitlab, env:<variable> or file:<absolute path>/)
    }
  })
})

describe('the daily look for a newer version', () => {
  for (const [value, isOff] of [
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
    ['', false],
    [undefined, false],
  ] as const) {
    it(`is ${isOff ? 'off' : 'on'} with SUPERSET_DISABLE_AUTOUPDATE=${value ?? ' unset'}`, () =>
      assert.equal(autoUpdateOff({SUPERSET_DISABLE_AUTOUPDATE: value}), isOff))
  }

  it('inherits the way to the network, and neither secrets nor preloads', () => {
    const env = {HTTPS_PROXY: 'http://proxy.test', SUPERSET_API_KEY: 'sk', NODE_OPTIONS: '--import x', HOME: '/h'}
    assert.deepEqual(autoUpdateEnvironment(env), {HTTPS_PROXY: 'http://proxy.test'})
  })
})
