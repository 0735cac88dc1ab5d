import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import os from 'node:os'
import path from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import {npmRoot, readNpmSettings} from '../../../src/plugins/npm-settings.ts'

interface Definition {
  readonly default: unknown
  readonly type: unknown
}

const ofNpm = createRequire(path.join(npmRoot(), 'package.json'))
const {definitions} = ofNpm('@npmcli/config/lib/definitions') as {definitions: Record<string, Definition>}

/** What is the user's to say, written down once more: whoever adds to it has to think twice. */
const USERS =
  /^(?:registry|userconfig|globalconfig|cache|_auth|auth-type|otp|proxy|https-proxy|noproxy|ca|cafile|cert|key|strict-ssl|local-address|maxsockets|fetch-timeout|before|min-release-age|min-release-age-exclude|allow-(?:directory|file|git|remote|scripts)|strict-allow-scripts)$/
/** Of what cannot be turned back, because npm has no word for its default, nothing concerns an installation. */
const HARMLESS = new Set([
  'cache-max',
  'cidr',
  'diff',
  'expires',
  'orgs',
  'package',
  'packages',
  'provenance-file',
  'sbom-format',
  'scopes',
  'workspace',
])

/** Values of an option that are not its default. */
function others({default: usual, type}: Definition): readonly string[] {
  const types = (Array.isArray(type) ? type : [type]) as readonly unknown[]
  const words = types.filter((one) => typeof one === 'string')
  if (words.length > 0) return words.filter((word) => word !== usual)
  if (types.includes(Boolean)) return [String(usual !== true)]
  if (types.includes(Number) || typeof usual === 'number') return ['7', '0'].filter((one) => one !== String(usual))
  if (type instanceof Object && 'typeDescription' in type) return []
  return types.includes(String) ? ['elsewhere'] : []
}

describe('the settings that npm runs with', function () {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'npm-settings-'))
  })
  afterEach(() => rmSync(folder, {recursive: true}))

  const read = (npmrc = '', environment: Record<string, string> = {}, run: object = {}) => {
    const file = path.join(folder, 'npmrc')
    writeFileSync(file, npmrc)
    const given = {
      HOME: folder,
      npm_config_userconfig: file,
      npm_config_globalconfig: path.join(folder, 'none'),
      ...environment,
    }
    return readNpmSettings({cwd: folder, ...run}, given)
  }

  it('are the same, whatever else the user has set, in a file or in a variable', async () => {
    const {options: clean} = await read()
    let tried = 0
    const turned: string[] = []
    for (const [key, definition] of Object.entries(definitions)) {
      if (USERS.test(key) || HARMLESS.has(key)) continue
      for (const value of others(definition)) {
        tried += 1
        const name = `npm_config_${key.replaceAll('-', '_')}`
        const given: Array<readonly [string, Record<string, string>]> = [
          [`${key}=${value}\n`, {}],
          ['', {[name]: value}],
        ]
        for (const [npmrc, environment] of given) {
          const {options} = await read(npmrc, environment)
          if (!isDeepStrictEqual(options, clean)) turned.push(`${key}=${value}`)
        }
      }
    }

    assert.deepEqual(turned, [])
    assert.ok(tried > 120, `${tried} were tried`)
  })

  it('are the same with several at once that would send an installation elsewhere', async () => {
    const {options: clean} = await read()
    const lines = [
      'location=global',
      'package-lock-only=true',
      'lockfile-version=1',
      'usage=true',
      'dry-run=true',
      'include[]=dev',
    ]
    const {options, switches} = await read([...lines, 'save-dev=true', 'omit[]=optional', 'prefix=/nowhere'].join('\n'))
    assert.deepEqual(options, clean)
    assert.ok(switches.includes('--location=user'))
  })

  it('leave how a registry is reached, and what must stay outside, to the user', async () => {
    const npmrc = [
      'registry=http://127.0.0.1:9/',
      '@acme:registry=http://127.0.0.1:8/',
      '//127.0.0.1:8/:_authToken=secret',
      'https-proxy=http://127.0.0.1:7/',
      'min-release-age=3',
    ].join('\n')
    const {options, switches} = await read(npmrc)
    assert.equal(options.registry, 'http://127.0.0.1:9/')
    assert.equal(options['@acme:registry'], 'http://127.0.0.1:8/')
    assert.equal(options['//127.0.0.1:8/:_authToken'], 'secret')
    assert.equal(options['httpsProxy'], 'http://127.0.0.1:7/')
    assert.ok(options['before'])
    assert.doesNotMatch(switches.join(' '), /secret/)
  })

  it('that contradict each other are told as what they are', async () => {
    await assert.rejects(read('save-dev=true\nsave-optional=true\n'), {code: 'PLUGIN_NPM_SETTINGS', exit: 78})
  })
})
