import assert from 'node:assert/strict'
import {settingsOf} from '../../src/settings.ts'
import {changeOf} from '../../src/signin/remember.ts'

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
      scopeOnRefresh: false,
      authorizeParameters: {},
      deviceHosts: [],
      redirect: {host: '127.0.0.1', path: '/callback'},
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

  it('takes flags before what was saved, and what was saved before the defaults', () => {
    const settings = {audience: 'saved', scope: 'openid', accountClaim: 'upn', redirectPorts: [8976]}
    const found = settingsOf({...request, settings}, {settings: {audience: 'flag', replayPolicy: {graceMs: 500}}})
    assert.deepEqual(
      [found.audience, found.resource, found.scope, found.accountClaim, found.redirect.ports, found.replayPolicy],
      ['flag', undefined, 'openid', 'upn', [8976], {graceMs: 500}],
    )
    assert.equal(settingsOf(request, {settings: {audience: 'a', resource: 'urn:r'}}).resource, 'urn:r')
    assert.equal(settingsOf(request, {settings: {resource: 'none'}}).resource, undefined)
  })

  it('sets aside what was saved when another issuer or another API is named', () => {
    const settings = {
      ...{issuer: 'https://id.example.test', apiUrl: 'https://api.example.test', clientId: 'mine'},
      ...{audience: 'saved', webUrl: 'https://web.example.test'},
    }
    const profile = (value: string) => ({value, source: 'profile'}) as const
    const saved = {
      apiUrl: profile(settings.apiUrl),
      issuer: profile(settings.issuer),
      clientId: profile(settings.clientId),
      webUrl: profile(settings.webUrl),
      settings,
    }
    const same = settingsOf(saved)
    assert.deepEqual([same.issuer, same.clientId, same.audience], [settings.issuer, 'mine', 'saved'])
    const there = settingsOf(saved, {apiUrl: 'https://other.example.test'})
    assert.deepEqual(
      [there.issuer, there.clientId, there.audience, there.webUrl],
      ['https://other.example.test', 'superset-cli', undefined, undefined],
    )
    const variable = {value: 'https://other.example.test', source: 'env:SUPERSET_API_URL'} as const
    assert.equal(settingsOf({...saved, apiUrl: variable}).issuer, variable.value)
    assert.throws(() => settingsOf(saved, {issuer: 'https://id2.example.test'}), {code: 'AUTH_ISSUER_ALONE', exit: 2})
    const both = settingsOf(saved, {issuer: 'https://id2.example.test', apiUrl: settings.apiUrl})
    assert.deepEqual([both.issuer, both.audience], ['https://id2.example.test', undefined])
  })

  it('lets no flag win over the policy of the machine', () => {
    const pinned = (value: string) => ({value, source: 'policy'}) as const
    const found = settingsOf(
      {apiUrl: pinned('https://api.example.test'), issuer: pinned('https://id.example.test'), clientId: pinned('c')},
      {apiUrl: 'https://other.example.test', issuer: 'https://evil.example.test', clientId: 'mine'},
    )
    assert.deepEqual(
      [found.apiUrl, found.issuer, found.clientId],
      ['https://api.example.test', 'https://id.example.test', 'c'],
    )
  })

  it('lets no extra parameter replace one of ours: exit 2 for a flag, 78 for a file', () => {
    const settings = {authorizeParameters: {domain_hint: 'x', state: 'mine'}}
    assert.throws(() => settingsOf(request, {settings}), {code: 'CONFIG_PARAMETER', exit: 2})
    assert.throws(() => settingsOf({...request, settings}), {code: 'CONFIG_PARAMETER', exit: 78})
  })
})

describe('what is saved after a sign-in', () => {
  const request = {
    apiUrl: {value: 'https://api.superset.sh', source: 'default'},
    webUrl: {value: 'https://app.superset.sh', source: 'default'},
    clientId: {value: 'superset-cli', source: 'default'},
    defaultApiUrl: 'https://api.superset.sh',
  } as const
  const issuer = 'https://id.example.test'
  const apiUrl = 'https://api.example.test'
  const inProfile = {
    apiUrl: {value: apiUrl, source: 'profile'},
    issuer: {value: issuer, source: 'profile'},
  } as const

  it('is nothing for the service itself', () => {
    assert.equal(changeOf(settingsOf(request), request), undefined)
  })

  it('is what differs from the defaults, and nothing that is saved already', () => {
    const settings = {replayPolicy: 'session', resource: apiUrl, redirectPath: '/cb', scopeOnRefresh: true} as const
    const change = changeOf(settingsOf(request, {issuer, apiUrl, settings}), request)
    assert.deepEqual(defined(change), {issuer, apiUrl, redirectPath: '/cb', scopeOnRefresh: true})
    const saved = {issuer, apiUrl, redirectPath: '/cb', scopeOnRefresh: true}
    const profile = {...request, ...inProfile, settings: saved}
    assert.equal(changeOf(settingsOf(profile), profile), undefined)
  })

  it('removes what belonged to the issuer before', () => {
    const saved = {issuer, apiUrl, audience: 'old', storage: 'file'} as const
    const profile = {...request, ...inProfile, settings: saved}
    const change = changeOf(settingsOf(profile, {apiUrl: request.defaultApiUrl}), profile)
    assert.deepEqual(change, {apiUrl: undefined, issuer: undefined, audience: undefined})
  })

  it('is nothing that the policy of the machine said', () => {
    const pinned = {
      ...request,
      issuer: {value: issuer, source: 'policy'},
      apiUrl: {value: apiUrl, source: 'policy'},
    } as const
    assert.equal(changeOf(settingsOf(pinned), pinned), undefined)
  })

  const defined = (change: object | undefined) =>
    Object.fromEntries(Object.entries(change ?? {}).filter(([, value]) => value !== undefined))
})
