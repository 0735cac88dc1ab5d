import {startSandbox, type Sandbox} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Configuration} from '../../src/configuration/configuration.ts'
import {loadPolicy} from '../../src/policy/current.ts'
import {CommandsHere, refused, succeeded} from '../support/commands-here.ts'
import {assertPublishedShape} from '../support/published-shape.ts'

const SOURCE = path.resolve(import.meta.dirname, '../../src/configuration/configuration.ts')

describe('superset config', () => {
  let home: string
  let sandbox: Sandbox
  let commands: CommandsHere
  before(async () => {
    sandbox = await startSandbox()
    commands = await CommandsHere.create(sandbox)
  })
  after(() => sandbox.close())
  beforeEach(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'config-'))
    process.env['SUPERSET_HOME_DIR'] = home
    await loadPolicy(path.join(home, 'none/policy.json'))
  })
  afterEach(async () => {
    Reflect.deleteProperty(process.env, 'SUPERSET_HOME_DIR')
    rmSync(home, {recursive: true})
  })

  const run = (...line: string[]) => commands.run(['config', ...line])
  const said = async (...line: string[]) => succeeded(await run(...line)).trimEnd()
  const saved = (profile: string | undefined = 'default') => new Configuration(home).values(profile)

  it('saves a setting of the profile in use, of another one, and for all profiles, and takes it back', async () => {
    assert.match(await said('set', 'clientId', 'mine'), /^Set clientId for profile default to mine\.$/)
    assert.match(await said('set', 'clientId', 'theirs', '--profile', 'work'), /profile work/)
    assert.match(await said('set', 'profile', 'default'), /all profiles/)
    assert.deepEqual(
      [saved(), saved('work'), new Configuration(home).global()],
      [{clientId: 'mine'}, {clientId: 'theirs'}, {profile: 'default'}],
    )
    assert.equal(await said('get', 'clientId', '--profile', 'work'), 'theirs')
    assert.match(await said('unset', 'clientId'), /^Unset clientId for profile default\.$/)
    assert.match(await said('unset', 'clientId'), /^clientId was not set/)
    assert.deepEqual(saved(), {})
    const {exit, stderr} = await run('get', 'clientId')
    assert.equal(exit, 1)
    assert.match(stderr, /clientId is not set for profile default[^]*superset config set clientId[^]*CONFIG_NOT_SET/)
  })

  for (const [key, typed, value] of [
    ['scopeOnRefresh', 'true', true],
    ['accessTokenSeconds', '600', 600],
    ['redirectPorts', '8400,8401', [8400, 8401]],
    ['redirectPorts', '[8400]', [8400]],
    ['replayPolicy', 'user', 'user'],
    ['replayPolicy.graceMs', '500', {graceMs: 500}],
    ['authorizeParameters.a.b', '1', {'a.b': '1'}],
    ['authorizeParameters.__proto__', 'x', Object.fromEntries([['__proto__', 'x']])],
    ['plugins.@acme/x', '{"url":1}', {'@acme/x': {url: 1}}],
    ['workload.from', 'env:TOKEN', {from: 'env:TOKEN'}],
    ['scope', '-x', '-x'],
  ] as const)
    it(`takes ${key} as ${typed}, and gives it back`, async () => {
      await said('set', key, '--', typed)
      assert.deepEqual(saved(), {[key.split('.')[0] ?? '']: value})
      const text = await said('get', key, '--json')
      assertPublishedShape('config get', text)
      await said('unset', key)
      assert.deepEqual(saved(), {})
    })

  for (const [line, message] of [
    [['set', 'api-url', 'x'], /no setting "api-url"\.\n {2}Did you mean apiUrl\?/],
    [['set', 'apiUrl', 'ftp://x'], /apiUrl must be an http\(s\) address/],
    [['set', 'storage', 'keychian'], /must be one of file, key, keychain\.\n {2}Did you mean keychain\?/],
    [['set', 'accessTokenSeconds', 'many'], /must be a number of seconds/],
    [['set', 'workload.audience', 'x'], /must have `from`/],
    [['set', 'workload.nope', 'x'], /no setting "workload\.nope"/],
    [['set', 'clientId.x', 'x'], /no setting "clientId\.x"/],
    [['set', '__proto__', 'x'], /no setting "__proto__"/],
    [['set', 'identity', '../evil'], /must be a package name/],
    [['set', 'profile', 'nope'], /no profile nope/],
    [['set', 'profile', 'x', '--profile', 'work'], /leave out --profile/],
    [['set', 'clientId'], /Missing <value>/],
    [['get', 'nope'], /no setting "nope"/],
    [['unset', 'nope'], /no setting "nope"/],
  ] as const)
    it(`refuses ${line.join(' ')}, with what was meant, and changes nothing`, async () => {
      refused(await run(...line), message)
      assert.deepEqual([saved(), saved(undefined)], [{}, {}])
    })

  it('mends what is not valid and keeps everything else from working', async () => {
    await said('set', 'clientId', 'mine')
    const file = new Configuration(home).profileFile('default')
    writeFileSync(file, JSON.stringify({issuer: 1, clientId: 'mine'}))
    assert.equal((await run('set', 'clientId', 'other')).exit, 78)
    await said('unset', 'issuer')
    assert.deepEqual(saved(), {clientId: 'mine'})
  })

  it('lists what is saved, and what there is with what it means', async () => {
    await said('set', 'clientId', 'mine')
    assert.match(await said('list'), /^clientId\tmine\tdefault$/)
    const rows = JSON.parse(await said('list', '--available', '--json')) as {key: string; meaning: string | null}[]
    assertPublishedShape('config list', JSON.stringify(rows))
    assert.ok(rows.length > 20 && rows.some(({key, meaning}) => key === 'issuer' && meaning !== null))
    assert.equal(await said('list', '--quiet'), 'clientId')
  })

  it('refuses what the policy decides otherwise with 77, and changes nothing; taking it back is allowed', async () => {
    await said('set', 'clientId', 'mine')
    const file = path.join(home, 'policy.json')
    const login = {issuer: 'https://id.test', clientId: 'cli', apiUrl: 'https://api.test', methods: ['browser']}
    const pins = {login, storage: {allowed: ['keychain']}, identity: {plugin: '@acme/sso'}}
    writeFileSync(file, JSON.stringify(pins))
    await loadPolicy(file)
    for (const [key, value] of [
      ['issuer', 'https://other.test'],
      ['clientId', 'other'],
      ['apiUrl', 'https://other.test'],
      ['storage', 'file'],
      ['workload.from', 'github'],
      ['identity', '@acme/other'],
    ] as const) {
      const {exit, stderr, stdout} = await run('set', key, value)
      assert.deepEqual([exit, stdout], [77, ''], `${key}: ${stderr}`)
      assert.match(stderr, /policy\.json/)
    }

    await said('set', 'apiUrl', 'https://api.test/')
    await said('unset', 'clientId')
    assert.deepEqual(saved(), {apiUrl: 'https://api.test/'})
  })

  it('loses nothing where many change it at the same moment', async () => {
    const code = (name: number) => `
      import {Configuration} from ${JSON.stringify(SOURCE)}
      for (let n = 0; n < 20; n++)
        new Configuration(${JSON.stringify(home)}).edit('default', (before) => ({
          ...before,
          authorizeParameters: {...before.authorizeParameters, ['p${name}-' + n]: 'x'},
        }))`
    const ends = [0, 1, 2, 3].map((name) => {
      const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code(name)], {
        stdio: ['ignore', 'inherit', 'inherit'],
        cwd: path.dirname(SOURCE),
      })
      return once(child, 'exit')
    })
    assert.deepEqual(
      (await Promise.all(ends)).map(([exit]) => exit as number),
      [0, 0, 0, 0],
    )
    const {authorizeParameters} = JSON.parse(readFileSync(new Configuration(home).profileFile('default'), 'utf8')) as {
      authorizeParameters: object
    }
    assert.equal(Object.keys(authorizeParameters).length, 80)
  })
})
