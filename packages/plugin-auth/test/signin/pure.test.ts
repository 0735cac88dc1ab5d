import assert from 'node:assert/strict'
import type {BrowserEnvironment} from '../../src/env.ts'
import {chooseBrowser} from '../../src/signin/browser.ts'
import {readPasted} from '../../src/signin/paste.ts'
import {settingsOf} from '../../src/settings.ts'

const expected = {state: 's1', issuer: 'https://id.example.test', namesIssuer: true}
const address = 'http://127.0.0.1:51789/callback'

describe('what a person pastes', () => {
  it('takes code and state, also with what a terminal puts around them', () => {
    const answer = {kind: 'answer', answer: {kind: 'code', code: 'c1'}, from: 'page'}
    for (const line of ['c1#s1', '  c1#s1\r', '\u001B[200~c1#s1\u001B[201~'])
      assert.deepEqual(readPasted(line, expected), answer)
  })

  it('takes the whole address, checked like any other answer', () => {
    const at = (query: string) => readPasted(`${address}?${query}`, expected)
    const iss = 'iss=https%3A%2F%2Fid.example.test'
    assert.deepEqual(at(`code=c1&state=s1&${iss}`), {
      kind: 'answer',
      answer: {kind: 'code', code: 'c1'},
      from: 'address',
    })
    assert.deepEqual(at(`error=access_denied&state=s1&${iss}`), {
      kind: 'answer',
      answer: {kind: 'error', error: 'access_denied'},
      from: 'address',
    })
    assert.deepEqual(at('code=c1&state=s1'), {
      kind: 'answer',
      answer: {kind: 'wrong-issuer', got: undefined},
      from: 'address',
    })
    assert.equal(at(`code=c1&state=s2&${iss}`).kind, 'bad')
    assert.equal(at('x=1').kind, 'bad')
  })

  it('says why anything else is no code', () => {
    for (const line of ['c1', 'c1#', '#s1', 'c1#s2', 'c1#s1#s1', 'c 1#s1', 'https://']) {
      const pasted = readPasted(line, expected)
      assert.equal(pasted.kind, 'bad', line)
      assert.ok(pasted.kind === 'bad' && !pasted.why.includes(line))
    }

    assert.equal(readPasted('  ', expected).kind, 'nothing')
  })
})

describe('choosing a browser', () => {
  const desktop: BrowserEnvironment = {ci: false, ssh: false, display: true, platform: 'linux'}
  const choose = (change: Partial<BrowserEnvironment>, asked: {wanted?: boolean; terminal?: boolean} = {}) =>
    chooseBrowser({...desktop, ...change}, {wanted: true, terminal: true, ...asked})

  it('opens the desktop browser only where somebody can see it', () => {
    assert.equal(choose({}).kind, 'default')
    assert.equal(choose({platform: 'darwin', display: false}).kind, 'default')
    assert.equal(choose({ssh: true}).kind, 'default', 'a forwarded display')
    assert.equal(choose({ssh: true, display: false}).kind, 'none')
    assert.equal(choose({platform: 'darwin', ssh: true, display: false}).kind, 'none')
    assert.equal(choose({display: false}).kind, 'none')
    assert.equal(choose({ci: true}).kind, 'none')
    assert.equal(choose({}, {terminal: false}).kind, 'none')
    assert.equal(choose({}, {wanted: false}).kind, 'none')
  })

  it('row 78: honours BROWSER also without a terminal, and --no-browser before it', () => {
    const nobody = {ci: true, display: false, ssh: true}
    assert.deepEqual(choose({...nobody, browser: 'lynx:firefox --new-tab %s'}, {terminal: false}), {
      kind: 'commands',
      commands: [['lynx'], ['firefox', '--new-tab', '%s']],
    })
    assert.deepEqual(choose({browser: process.execPath}), {kind: 'commands', commands: [[process.execPath]]})
    assert.equal(choose({browser: 'none'}).kind, 'none')
    assert.equal(choose({browser: 'lynx'}, {wanted: false}).kind, 'none')
  })
})

describe('the settings of a sign-in', () => {
  const request = {
    apiUrl: {value: 'https://api.example.test', source: 'env:SUPERSET_API_URL'},
    clientId: {value: 'superset-cli', source: 'default'},
  } as const

  it('takes the API for its own issuer, whose replays end every session', () => {
    assert.deepEqual(settingsOf(request), {
      apiUrl: 'https://api.example.test',
      issuer: 'https://api.example.test',
      clientId: 'superset-cli',
      scope: 'openid profile email offline_access',
      resource: 'https://api.example.test',
      replayPolicy: 'user',
    })
  })

  it('takes another issuer exactly as it was written', () => {
    const issuer = 'https://id.example.test/tenant/'
    const found = settingsOf(request, {issuer, clientId: 'mine'})
    assert.deepEqual([found.issuer, found.clientId, found.replayPolicy], [issuer, 'mine', 'session'])
    assert.equal(settingsOf({...request, issuer: {value: issuer, source: 'env:SUPERSET_ISSUER'}}).issuer, issuer)
  })

  it('wants the API that accepts the tokens of a named issuer', () => {
    const alone = {...request, apiUrl: {value: 'https://api.example.test', source: 'default'}} as const
    const issuer = 'https://id.example.test'
    assert.throws(() => settingsOf(alone, {issuer}), {code: 'AUTH_ISSUER_ALONE', exit: 2})
    assert.throws(() => settingsOf({...alone, issuer: {value: issuer, source: 'env:SUPERSET_ISSUER'}}), {
      code: 'AUTH_ISSUER_ALONE',
      exit: 78,
    })
    assert.equal(settingsOf(alone, {issuer: 'https://api.example.test'}).issuer, 'https://api.example.test')
  })

  it('takes https, and http on this machine only', () => {
    const at = (value: string) => settingsOf({...request, apiUrl: {value, source: 'env:SUPERSET_API_URL'}}).apiUrl
    for (const url of ['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000'])
      assert.equal(at(url), url)
    for (const url of [
      'http://api.example.test',
      'http://127.0.0.1.example.test',
      'http://localhost.example.test',
      'http://10.0.0.1',
      'ftp://127.0.0.1',
      'api.example.test',
      '',
      'https://ada:hunter2@api.example.test',
    ]) {
      assert.throws(() => at(url), {code: 'CONFIG_URL_INVALID', exit: 78}, url)
    }

    assert.throws(
      () => at('https://ada:hunter2@api.example.test'),
      (error: Error) => !/hunter2/.test(error.message),
    )
    for (const issuer of ['http://id.example.test', 'https://id.example.test?x=1', 'https://id.example.test#x', 'x'])
      assert.throws(() => settingsOf(request, {issuer}), {code: 'CONFIG_URL_INVALID', exit: 2}, issuer)
  })
})
