import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Config} from '@oclif/core'
import {BUNDLED, type Choice} from '../../../src/identity/choose.ts'
import type {GlobalFlags} from '../../../src/identity/request.ts'
import type {Policy} from '../../../src/policy/policy.ts'
import {parseCommandLine} from '../../../src/cli/command-line.ts'
import {selectPlugins, type Program} from '../../../src/plugin-host/arrange-program.ts'
import {ANSWERS, identityPlugin, layPlugins, writePackage} from '../../support/identity-plugin.ts'
import type {PackageFiles} from '../../support/registry.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const SSO = '@acme/sso'
const program: Program = {root: ROOT, pjson: JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))}
const sso = identityPlugin(SSO, {
  hook: ANSWERS,
  brings: true,
  commands: ['auth:login', 'auth:vault'],
  ownProfile: 'auth:vault',
})
const config = (plugin: string): Choice => ({plugin, source: 'config'})

describe('the plugins that a run is given', () => {
  let home: string
  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'program-'))
    process.env['SUPERSET_DATA_DIR'] = await layPlugins(home, [{files: sso}])
  })
  after(async () => {
    delete process.env['SUPERSET_DATA_DIR']
    await rm(home, {recursive: true})
  })

  async function arranged(line: string, choice: (flags: GlobalFlags) => Choice, policy?: Policy) {
    const argv = line.split(' ').filter(Boolean)
    return selectPlugins(parseCommandLine(argv, false), program, {choice, policy: () => policy})
  }

  /** Package names of the plugins whose commands these are. */
  async function owners(given: Program, ...ids: string[]): Promise<(string | undefined)[]> {
    const loaded = await Config.load(given)
    return ids.map((id) => loaded.findCommand(id)?.pluginName)
  }

  it('are what oclif finds when the default is chosen: nothing is loaded in advance', async () => {
    assert.equal(await arranged('auth login', () => config(BUNDLED)), program)
  })

  it('are what oclif finds where auth commands do not matter: nobody is asked for the choice', async () => {
    const given = await arranged('tasks list --profile work', () => assert.fail('was asked'))
    assert.equal(given, program)
  })

  it('are what oclif finds when the choice cannot be read', async () => {
    const given = await arranged('auth login', () => {
      throw new Error('unreadable')
    })
    assert.equal(given, program)
  })

  for (const line of ['', '--help', 'help', 'auth', 'auth login', 'autocomplete']) {
    it(`are without the bundled one for \`superset ${line}\` when the chosen one brings its own commands`, async () => {
      const given = await arranged(line, () => config(SSO))
      assert.deepEqual(await owners(given, 'auth:login', 'auth:vault', 'auth:token', 'auth:status', 'auth:use'), [
        ...[SSO, SSO, undefined],
        ...['superset', 'superset'],
      ])
    })
  }

  it('follow the profile that an auth command names, and that one alone', async () => {
    const choice = ({profile}: GlobalFlags): Choice => config(profile === 'work' ? SSO : BUNDLED)
    assert.deepEqual(await owners(await arranged('auth token', choice), 'auth:token'), [BUNDLED])
    for (const line of ['auth token --profile work', 'auth token --profile=work', '--profile work auth token'])
      assert.deepEqual(await owners(await arranged(line, choice), 'auth:token'), [undefined], line)
    assert.deepEqual(await owners(await arranged('--profile work --help', choice), 'auth:token'), [undefined])
    for (const line of ['help --profile work', 'auth token -- --profile work'])
      assert.equal(await arranged(line, choice), program, line)
  })

  it('stay as they are where the command takes --profile for something of its own', async () => {
    const choice = ({profile}: GlobalFlags): Choice => config(profile === 'work' ? SSO : BUNDLED)
    const given = await arranged('auth vault --profile work', choice)
    assert.deepEqual(await owners(given, 'auth:login', 'auth:vault'), [BUNDLED, SSO])
    assert.deepEqual(await owners(await arranged('auth login --profile work', choice), 'auth:login'), [SSO])
    const always = await arranged('auth vault --profile x', () => config(SSO))
    assert.deepEqual(await owners(always, 'auth:login'), [SSO])
  })

  describe('on a machine whose policy brings the plugin', () => {
    let site: string
    let policy: Policy
    const pinned: Choice = {plugin: SSO, source: 'policy', file: '/etc/policy.json'}
    beforeEach(async () => {
      site = path.join(await mkdtemp(path.join(tmpdir(), 'site-')), 'inner')
      policy = {file: '/etc/policy.json', identity: {plugin: SSO, site}}
    })
    afterEach(() => rm(path.dirname(site), {recursive: true}))

    const installed = (files: PackageFiles) => writePackage(path.join(site, 'node_modules', SSO), files)

    it('have it from there, for every command, in the place of what the user installed under its name', async () => {
      await installed(identityPlugin(SSO, {hook: ANSWERS, version: '2.0.0', commands: ['auth:login']}))
      for (const line of ['tasks list', 'auth login']) {
        const loaded = await Config.load(await arranged(line, () => pinned, policy))
        const plugin = loaded.plugins.get(SSO)
        assert.deepEqual([plugin?.version, plugin?.type], ['2.0.0', 'site'])
        assert.deepEqual(await owners(await arranged(line, () => pinned, policy), 'auth:login', 'auth:vault'), [
          BUNDLED, // it declares no commands of its own, and a core command wins
          undefined,
        ])
      }
    })

    it('have its commands when it declares them', async () => {
      await installed(identityPlugin(SSO, {hook: ANSWERS, brings: true, commands: ['auth:login']}))
      assert.deepEqual(await owners(await arranged('auth login', () => pinned, policy), 'auth:login'), [SSO])
    })

    for (const [what, spoil] of [
      ['missing', async () => undefined],
      ['damaged', async () => installed({'package.json': '{'})],
      ['another package', async () => installed(identityPlugin('@acme/other', {hook: ANSWERS}))],
      ['in a folder above', async () => writePackage(path.join(site, '../node_modules', SSO), sso)],
    ] as const) {
      it(`have none of its name when what the site has is ${what}`, async () => {
        await spoil()
        const loaded = await Config.load(await arranged('tasks list', () => pinned, policy))
        assert.equal(loaded.plugins.has(SSO), false)
        assert.ok(loaded.plugins.has(BUNDLED))
      })
    }
  })
})
