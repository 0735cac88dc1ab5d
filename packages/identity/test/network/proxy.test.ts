import assert from 'node:assert/strict'
import {readNetwork, type Variables} from '../../src/env.ts'
import {isLoopback} from '../../src/network/loopback.ts'
import {isNetworkFailure} from '../../src/network/network-failure.ts'
import {networkProblem} from '../../src/network/network-problem.ts'
import {parseProxy, proxyFor} from '../../src/network/proxy.ts'

const PROXY = 'http://proxy.test:3128'
const labelOf = (url: string, variables: Variables): string | undefined =>
  proxyFor(new URL(url), readNetwork(variables))?.label
const isProxied = (url: string, noProxy = ''): boolean =>
  labelOf(url, {HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, NO_PROXY: noProxy}) !== undefined

/** What is said of an address that a variable sends on a way that cannot be gone. */
function refusal(url: string, variables: Variables): readonly [number, string] {
  try {
    labelOf(url, variables)
  } catch (error) {
    if (!isNetworkFailure(error)) throw error
    const {exit, message} = networkProblem(error)
    return [exit, message]
  }

  return assert.fail('nothing was refused')
}

describe('the one judgement of proxies', () => {
  it('row 51b: never for this machine, under whatever name', () => {
    for (const host of [
      '127.0.0.1',
      '127.1.2.3',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
      'LOCALHOST',
      'api.localhost',
      'localhost.',
    ])
      for (const scheme of ['http', 'https']) assert.ok(!isProxied(`${scheme}://${host}/`), host)
    for (const host of ['localhost.example.test', '127.0.0.1.example.test', '128.0.0.1', '[::2]', '0.0.0.0'])
      assert.ok(isProxied(`https://${host}/`), host)
    assert.ok(!isLoopback('notlocalhost'))
  })

  const EXCEPTIONS: ReadonlyArray<readonly [string, readonly string[], readonly string[]]> = [
    ['*', ['https://a.test', 'http://10.1.2.3', 'https://[fd00::1]'], []],
    ['a.test, *', ['https://b.test'], []],
    ...[
      'corp.test',
      '.corp.test',
      '*.corp.test',
      'CORP.Test',
      'corp.test.',
      ' corp.test ',
      ',,corp.test,',
      'x corp.test',
    ].map(
      (entry) =>
        [
          entry,
          ['https://corp.test', 'https://api.corp.test', 'https://a.b.corp.test:8443', 'https://API.CORP.TEST.'],
          ['https://mycorp.test', 'https://corp.test.evil.test', 'https://corp.testing', 'https://corp'],
        ] as const,
    ),
    [
      'corp.test:8443',
      ['https://corp.test:8443', 'https://api.corp.test:8443'],
      ['https://corp.test', 'http://corp.test'],
    ],
    ['corp.test:443', ['https://corp.test'], ['http://corp.test', 'https://corp.test:444']],
    ['corp.test:80', ['http://corp.test'], ['https://corp.test']],
    ['*:8443', ['https://corp.test:8443'], ['https://corp.test']],
    [
      '10.0.0.0/8',
      ['https://10.1.2.3', 'https://10.255.255.255:1', 'https://0xa.1'],
      ['https://11.0.0.1', 'https://10.test', 'https://[::a]'],
    ],
    ['10.1.2.3/8', ['https://10.9.9.9'], ['https://11.1.2.3']],
    ['10.0.0.0/8:8443', ['https://10.1.2.3:8443'], ['https://10.1.2.3']],
    ['10.1.2.3', ['https://10.1.2.3', 'https://[::ffff:10.1.2.3]'], ['https://10.1.2.33', 'https://1.10.1.2']],
    ['10.1.2.3:8443', ['https://10.1.2.3:8443'], ['https://10.1.2.3']],
    ['fd00::/8', ['https://[fd12::1]'], ['https://[fe00::1]', 'https://10.1.2.3']],
    ['FD00:0:0::1', ['https://[fd00::1]', 'https://[fd00::1]:8443'], ['https://[fd00::2]']],
    ['[fd00::1]', ['https://[fd00::1]'], ['https://[fd00::2]']],
    ['[fd00::1]:8443', ['https://[fd00::1]:8443'], ['https://[fd00::1]']],
    ['fe80::1%eth0', ['https://[fe80::1]'], ['https://[fe80::2]']],
    ...[
      '',
      ',',
      '10.0.0.0/99',
      '10.0.0.0/x',
      '10.0.0.0/',
      '/8',
      '.',
      '*.',
      ':',
      '[',
      'http://corp.test',
      '(a+)+$',
      '2001:zz::/8',
    ].map((entry) => [entry, [], ['https://corp.test', 'https://10.1.2.3', 'https://[fd00::1]']] as const),
  ]
  for (const [entry, direct, proxied] of EXCEPTIONS) {
    it(`row 112: NO_PROXY=${JSON.stringify(entry)}`, () => {
      for (const url of direct) assert.ok(!isProxied(url, entry), url)
      for (const url of proxied) assert.ok(isProxied(url, entry), url)
    })
  }

  it('row 112: a long NO_PROXY costs no time', () => {
    const begun = performance.now()
    isProxied('https://corp.test', `${'*.'.repeat(50_000)},${'a.'.repeat(50_000)}x`)
    assert.ok(performance.now() - begun < 2000)
  })

  it('row 111: variables in the order of curl, an empty one being none', () => {
    const of = (variables: Variables, url = 'https://corp.test') => labelOf(url, variables)
    const at = (name: string) => `${name.toLowerCase().replace('_', '-')}.test:1`
    const named = (...names: string[]): Variables =>
      Object.fromEntries(names.map((name) => [name, `http://${at(name)}`]))
    assert.equal(of(named('HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'))?.endsWith('(from https_proxy)'), true)
    assert.equal(of({...named('HTTPS_PROXY'), https_proxy: ' '})?.endsWith('(from HTTPS_PROXY)'), true)
    assert.equal(of(named('ALL_PROXY', 'all_proxy', 'HTTP_PROXY'))?.endsWith('(from all_proxy)'), true)
    assert.equal(of(named('HTTP_PROXY')), undefined)
    assert.equal(
      of(named('HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'), 'http://corp.test')?.endsWith('(from HTTP_PROXY)'),
      true,
    )
    assert.equal(of(named('HTTP_PROXY', 'http_proxy'), 'http://corp.test')?.endsWith('(from http_proxy)'), true)
    assert.equal(of({...named('ALL_PROXY'), no_proxy: '', NO_PROXY: 'corp.test'}), undefined)
    assert.equal(of({...named('ALL_PROXY'), no_proxy: 'x', NO_PROXY: 'corp.test'})?.endsWith('(from ALL_PROXY)'), true)
  })

  for (const scheme of ['socks', 'socks4', 'socks4a', 'socks5', 'socks5h', 'SOCKS5'])
    for (const variable of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])
      it(`row 111: ${variable} with ${scheme}`, () => {
        const variables = {[variable]: `${scheme}://ada:hunter2@proxy.test:1080`}
        assert.deepEqual(refusal('https://corp.test', variables), [
          78,
          `SOCKS proxies are not supported (${variable}).`,
        ])
        assert.equal(labelOf('https://127.0.0.1', variables), undefined)
        assert.equal(labelOf('https://corp.test', {...variables, NO_PROXY: 'corp.test'}), undefined)
      })

  it('row 113: what is no address of a proxy is refused by the name of its variable, and not shown', () => {
    for (const value of [
      'ftp://hunter2@proxy.test',
      'http://',
      '://',
      'http://ada:hunter2@',
      'http://proxy.test:99999',
    ])
      assert.deepEqual(refusal('https://corp.test', {HTTPS_PROXY: value}), [
        78,
        'HTTPS_PROXY is not the address of an HTTP proxy.',
      ])
  })

  it('reads the address of a proxy, and shows no password', () => {
    const parse = (url: string) => parseProxy({url, variable: 'HTTPS_PROXY'}, 'corp.test')
    const {authorization, label, href: _href, ...rest} = parse('https://ada:hunter%202@[::1]')
    assert.deepEqual(rest, {host: '::1', port: 443, secure: true})
    assert.equal(label, '[::1]:443 (from HTTPS_PROXY)')
    assert.equal(authorization, `Basic ${Buffer.from('ada:hunter 2').toString('base64')}`)
    assert.equal(parse('proxy.test:8080').port, 8080)
    assert.equal(parse('http://ada:50%@proxy.test').authorization, `Basic ${Buffer.from('ada:50%').toString('base64')}`)
    assert.equal(parse('http://ada:%ff@proxy.test').port, 80)
  })
})
