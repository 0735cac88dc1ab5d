import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {isProblem} from '@superset/identity'
import {decisions, pluginDecisions, updateDecisions} from '../../../src/policy/decisions.ts'
import {parsePolicy} from '../../../src/policy/schema.ts'

const FILE = '/etc/superset/policy.json'
const ROOT = path.resolve(import.meta.dirname, '../../..')

const FULL = {
  $schema: './policy.schema.json',
  identity: {plugin: '@acme/identity', version: '^2.1.0', site: '/opt/acme'},
  login: {
    issuer: 'https://login.acme.com/realms/acme',
    clientId: 'acme-cli',
    apiUrl: 'https://API.acme.com:443/',
    methods: ['browser', 'workload'],
    widerScope: 'refuse',
  },
  storage: {allowed: ['keychain']},
  plugins: {
    signatures: {
      keys: [
        {
          keyid: 'SHA256:one',
          key: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQnZAGxvyDVom1Zf6LR7WV3GnWNJ5WSggZGwehtyaJiDKk0HZ0IFJe6qE7HxgDFqMhap9YFUtndVCx3F8Hwacvw==',
          expires: null,
        },
      ],
    },
    provenance: {trustRoot: '/etc/superset/trusted_root.json', repositories: ['https://github.com/acme/*']},
    allowed: [{name: '@acme/*', version: '1.x'}, {name: 'plain'}],
    registries: ['https://npm.acme.com/private'],
    installScripts: false,
    unpublished: false,
    minimumAgeDays: 7,
  },
  update: {enabled: true, channel: 'lts', host: 'https://mirror.acme.com/superset', auto: false, minimum: '1.2.0'},
}

function faultOf(value: unknown): string {
  try {
    parsePolicy(typeof value === 'string' ? value : JSON.stringify(value), FILE)
    return 'none'
  } catch (error) {
    assert.ok(isProblem(error))
    assert.deepEqual([error.code, error.exit], ['POLICY_INVALID', 78])
    assert.ok(error.message.includes(FILE), error.message)
    return error.message
  }
}

describe('a policy', () => {
  it('is read whole, addresses as the rest of the program writes them', () => {
    const {$schema: _schema, ...rest} = FULL
    assert.deepEqual(parsePolicy(JSON.stringify(FULL), FILE), {
      ...rest,
      file: FILE,
      login: {...FULL.login, apiUrl: 'https://api.acme.com'},
      plugins: {...FULL.plugins, registries: ['https://npm.acme.com/private/']},
    })
    assert.deepEqual(parsePolicy('{}', FILE), {file: FILE})
  })

  for (const [key, value] of [
    ['nonsense', {nonsense: true}],
    ['login.isuer', {login: {isuer: 'https://a.example'}}],
    ['__proto__', '{"__proto__": {"login": {}}}'],
    ['login.issuer', {login: {issuer: 'http://a.example', apiUrl: 'https://a.example'}}],
    ['login.issuer', {login: {issuer: 'https://a.example?x', apiUrl: 'https://a.example'}}],
    ['login.issuer', {login: {issuer: 'https://u:p@a.example', apiUrl: 'https://a.example'}}],
    ['login', {login: {issuer: 'https://a.example'}}],
    ['login.apiUrl', {login: {apiUrl: 'https://a.example/path'}}],
    ['login.methods', {login: {methods: []}}],
    ['login.methods.0', {login: {methods: ['password']}}],
    ['login.clientId', {login: {clientId: ''}}],
    ['login.widerScope', {login: {widerScope: 'allow'}}],
    ['storage', {storage: {}}],
    ['storage.allowed.0', {storage: {allowed: ['cloud']}}],
    ['identity', {identity: {version: '1'}}],
    ['identity.version', {identity: {plugin: 'x', version: 'newest'}}],
    ['identity.site', {identity: {plugin: 'x', site: 'relative'}}],
    ['identity.plugin', {identity: {plugin: '../x'}}],
    ['plugins.allowed.0.version', {plugins: {allowed: [{name: 'x', version: '>>1'}]}}],
    ['plugins.allowed.0.name', {plugins: {allowed: [{name: '*'}]}}],
    ['plugins.registries.0', {plugins: {registries: ['http://npm.example/']}}],
    ['plugins.minimumAgeDays', {plugins: {minimumAgeDays: -1}}],
    ['update.enabled', {update: {enabled: 'no'}}],
    ['update.channel', {update: {channel: '../stable'}}],
    ['update.auto', {update: {auto: 'no'}}],
    ['update.minimum', {update: {minimum: '1.2'}}],
    ['update.minimum', {update: {minimum: '>=1.2.0'}}],
    ['update.host', {update: {host: 'http://mirror.acme.com/'}}],
    ['plugins.minimumAgeDays', {plugins: {minimumAgeDays: '7'}}],
    ['plugins.signatures', {plugins: {signatures: true}}],
    ['plugins.signatures.keys', {plugins: {signatures: {keys: []}}}],
    ['plugins.signatures.keys.0.key', {plugins: {signatures: {keys: [{keyid: 'x', key: 'AAAA'}]}}}],
    ['plugins.provenance.trustRoot', {plugins: {provenance: {trustRoot: 'x', repositories: ['https://x.example/y']}}}],
  ] as const) {
    it(`is refused, naming ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`, () => {
      const fault = faultOf(value)
      assert.ok(fault.includes(key === '__proto__' ? 'the key' : ` ${key}`), fault)
    })
  }

  for (const text of ['', '[', 'null', '[]', '"x"', '1']) {
    it(`is refused when it is no object: ${JSON.stringify(text)}`, () => assert.notEqual(faultOf(text), 'none'))
  }

  it('is told key by key, each one that the schema has', () => {
    const policy = parsePolicy(JSON.stringify(FULL), FILE)
    const said = [...decisions(policy), ...pluginDecisions(policy), ...updateDecisions(policy)].join('\n')
    const known = JSON.parse(readFileSync(path.join(ROOT, 'schemas/policy.schema.json'), 'utf8')) as {
      properties: Record<string, {properties?: Record<string, {description: string}>}>
    }
    for (const [area, {properties = {}}] of Object.entries(known.properties)) {
      for (const key of Object.keys(properties)) {
        // The version and the folder are told with the plugin.
        if (area === 'identity' && key !== 'plugin') continue
        assert.ok(said.includes(`(policy ${FILE}: ${area}.${key})`), `${area}.${key} is not told`)
      }
    }
  })

  it('has a schema in which every key is explained and documented', () => {
    const docs = readFileSync(path.join(ROOT, 'docs/policy.md'), 'utf8')
    const visit = (schema: {properties?: Record<string, object>}, place: string): void => {
      for (const [key, inner] of Object.entries(schema.properties ?? {})) {
        assert.ok('description' in inner || 'pattern' in inner, `${place}${key} has no description`)
        if (!key.startsWith('$')) assert.ok(docs.includes(`\`${place}${key}\``), `docs/policy.md: ${place}${key}`)
        visit(inner as {properties?: Record<string, object>}, `${place}${key}.`)
      }
    }
    visit(JSON.parse(readFileSync(path.join(ROOT, 'schemas/policy.schema.json'), 'utf8')) as never, '')
  })
})
