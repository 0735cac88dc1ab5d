import assert from 'node:assert/strict'
import {helperEnvironment, networkEnvironment} from '../../src/env.ts'
import {isLoopback} from '../../src/network/loopback.ts'
import {parseProxy, proxyFor} from '../../src/network/proxy.ts'

/** Runs `work` with this environment alone, and puts the old one back. */
function within<T>(variables: Record<string, string>, work: () => T): T {
  const before = process.env
  process.env = variables
  try {
    return work()
  } finally {
    process.env = before
  }
}

describe('choosing a proxy', () => {
  const proxy = {url: 'http://proxy.test:3128', variable: 'HTTPS_PROXY'}
  const uses = (url: string, noProxy = ''): boolean =>
    proxyFor(new URL(url), {proxy, noProxy, tlsUnchecked: false}) !== undefined

  it('row 51b: never for this machine, under whatever name', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '[::1]', 'localhost', 'LOCALHOST', 'api.localhost', 'localhost.'])
      assert.ok(!uses(`https://${host}/`), host)
    for (const host of ['localhost.example.test', '127.0.0.1.example.test', '128.0.0.1', '[::2]'])
      assert.ok(uses(`https://${host}/`), host)
    assert.ok(!isLoopback('notlocalhost'))
  })

  it('honours NO_PROXY', () => {
    const url = 'https://api.example.test/'
    for (const entry of [
      '*',
      'api.example.test',
      'example.test',
      '.example.test',
      '*.example.test',
      'x, API.example.TEST',
    ])
      assert.ok(!uses(url, entry), entry)
    for (const entry of ['ample.test', 'other.test', 'api.example.test:8443', '', ',', 'api.example.test.evil.test'])
      assert.ok(uses(url, entry), entry)
    assert.ok(!uses('https://api.example.test:8443/', 'example.test:8443'))
    assert.ok(!uses('https://10.1.2.3/', '10.0.0.0/8'))
    assert.ok(!uses('https://[fd00::1]/', '[fd00::1],x'))
    for (const entry of ['10.0.0.0/99', '10.0.0.0/x', '11.0.0.0/8', 'fd00::/8'])
      assert.ok(uses('https://10.1.2.3/', entry))
  })

  it('reads the address of a proxy, and shows no password', () => {
    const {authorization, label, ...rest} = parseProxy({...proxy, url: 'https://ada:hunter%202@[::1]'})!
    assert.deepEqual(rest, {host: '::1', port: 443, secure: true})
    assert.equal(label, '[::1]:443 (from HTTPS_PROXY)')
    assert.equal(authorization, `Basic ${Buffer.from('ada:hunter 2').toString('base64')}`)
    assert.equal(parseProxy({...proxy, url: 'proxy.test:8080'})?.port, 8080)
    for (const url of ['socks5://proxy.test', 'http://', '://'])
      assert.equal(parseProxy({...proxy, url}), undefined, url)
  })
})

describe('the environment', () => {
  it('reads proxy variables as Node and curl do', () => {
    const read = (variables: Record<string, string>) => within(variables, () => networkEnvironment())
    assert.deepEqual(read({HTTPS_PROXY: ' http://a:1 '}).proxy, {url: 'http://a:1', variable: 'HTTPS_PROXY'})
    assert.equal(read({HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:1'}).proxy?.variable, 'https_proxy')
    assert.equal(read({HTTPS_PROXY: 'http://a:1', https_proxy: ''}).proxy, undefined)
    assert.equal(read({HTTP_PROXY: 'http://a:1'}).proxy, undefined)
    assert.deepEqual(
      ['0', '1', ''].map((value) => read({NODE_TLS_REJECT_UNAUTHORIZED: value}).tlsUnchecked),
      [true, false, false],
    )
  })

  it('gives the refresh helper what it needs, and neither secrets nor preloads', () => {
    const needed = {
      PATH: '/bin',
      HOME: '/home/ada',
      XDG_RUNTIME_DIR: '/run/user/1000',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus',
      HTTPS_PROXY: 'http://proxy.test',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      SUPERSET_CA_FILE: '/ca2.pem',
      TZ: 'UTC',
    }
    const withheld = {
      NODE_OPTIONS: '--require /evil.js',
      LD_PRELOAD: '/evil.so',
      SUPERSET_API_KEY: 'sk_live_x',
      SUPERSET_TOKEN: 'x',
      SUPERSET_STORAGE_KEY: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      NODE_DEBUG: 'http',
    }
    assert.deepEqual(
      within({...needed, ...withheld}, () => helperEnvironment()),
      needed,
    )
  })
})
