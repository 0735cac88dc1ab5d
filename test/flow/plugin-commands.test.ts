import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import type {ServerResponse} from 'node:http'
import path from 'node:path'
import {Registry, tarballOf} from '../support/registry.ts'
import {few, itInFull} from '../support/matrix.ts'
import {swapTarball} from './plugin-attack.ts'
import {HELLO, plain, PluginStage} from './plugin-stage.ts'

const SECOND = '@acme/second'
const INSTALL = ['plugins', 'install', HELLO]
/** So that a registry that says nothing is given up soon. */
const IMPATIENT = 'fetch-timeout=1000\n'

/** What plugin-plugins' commands do, with our gate inside. */
describe('the commands of plugins', () => {
  let stage: PluginStage
  before(async () => {
    stage = await PluginStage.create()
  })
  after(async () => {
    await stage[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    const {registry, runs} = stage
    await runs.clear()
    runs.said = ''
    registry.alter = () => undefined
    registry.answers.clear()
    registry.instead.clear()
    registry.unpublish()
    await stage.offer()
    registry.asked.length = 0
  })
  afterEach(async () => {
    await rm(stage.mark, {force: true})
    await rm(path.join(stage.runs.folder, '.npmrc'), {force: true})
  })

  const npmrc = (text: string) => writeFile(path.join(stage.runs.folder, '.npmrc'), text)
  const version = (name: string) => {
    const file = path.join(stage.runs.dataDir, 'node_modules', name, 'package.json')
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as {version: string}).version : undefined
  }
  const listed = () => {
    const file = path.join(stage.runs.dataDir, 'package.json')
    if (!existsSync(file)) return []
    const {oclif} = JSON.parse(readFileSync(file, 'utf8')) as {oclif: {plugins: ReadonlyArray<{name: string}>}}
    return oclif.plugins.map(({name}) => name)
  }
  const stages = () => readdirSync(path.dirname(stage.runs.dataDir)).filter((name) => name.includes('.staging'))

  async function refused(args: readonly string[], code: string, policy?: object): Promise<void> {
    const problem = await stage.runs.run(args, policy)
    assert.equal(problem?.code, code, problem?.message)
    assert.equal(existsSync(stage.mark), false, 'its code ran')
    assert.deepEqual(stages(), [], 'a stage is left behind')
  }

  describe('let nothing in', () => {
    afterEach(() => assert.deepEqual([listed(), version(HELLO)], [[], undefined]))

    it('that is not signed', async () => {
      await stage.offer({signed: false})
      await refused(INSTALL, 'POLICY_REFUSED', stage.strict())
    })

    itInFull('that has another sum', async () => {
      swapTarball(stage)
      await refused(INSTALL, 'PLUGIN_TAMPERED')
    })

    itInFull('from where the registry redirects to', async () => {
      await using evil = await Registry.start()
      evil.publish(stage.files(HELLO, '1.0.0', {description: 'evil'}))
      const redirect = (asked: string) => (response: ServerResponse) =>
        void response.writeHead(302, {location: `${evil.url}${asked}`}).end()
      const tarball = `${HELLO}/1.0.0/package.tgz`
      stage.registry.instead.set(tarball, redirect(tarball))
      await refused(INSTALL, 'PLUGIN_TAMPERED')
      stage.registry.instead.set(HELLO, redirect(HELLO))
      await refused(INSTALL, 'POLICY_REFUSED', stage.strict())
    })

    for (const what of few([HELLO, `${HELLO}/1.0.0/package.tgz`], (one) => one === HELLO)) {
      it(`of a registry that is silent when it is asked for ${what}`, async () => {
        await npmrc(IMPATIENT)
        stage.registry.instead.set(what, () => undefined)
        await refused(INSTALL, 'PLUGIN_REGISTRY_UNREACHABLE')
      })
    }

    it('of a registry whose answer never ends', async () => {
      await npmrc(IMPATIENT)
      stage.registry.instead.set(`${HELLO}/1.0.0/package.tgz`, (response) => {
        response.writeHead(200, {'content-type': 'application/gzip'})
        // The beginning of an archive, with a file of which there is always more.
        const whole = tarballOf(stage.files(HELLO))
        response.write(whole.subarray(0, whole.length - 100))
        const timer = setInterval(() => response.write(Buffer.alloc(1024)), 20)
        response.on('close', () => clearInterval(timer))
      })
      const problem = await stage.runs.run(INSTALL)
      assert.match(problem?.code ?? '', /^PLUGIN_(?:REGISTRY_UNREACHABLE|TAMPERED|NPM_FAILED)$/, problem?.message)
      assert.equal(existsSync(stage.mark), false)
    })

    it('of several of which one is not in order', async () => {
      await refused([...INSTALL, '@acme/nowhere'], 'PLUGIN_NOT_FOUND')
      await refused([...INSTALL, './not-there.tgz'], 'USAGE_INVALID')
      await refused([...INSTALL, '@oclif/plugin-help'], 'PLUGIN_BUNDLED')
      await refused([...INSTALL, 'superset'], 'PLUGIN_BUNDLED')
    })
  })

  itInFull('keep what is there when the registry offers an older version under the name that is followed', async () => {
    await stage.offer({version: '1.1.0'})
    assert.equal(await stage.runs.run(INSTALL), undefined)
    assert.equal(version(HELLO), '1.1.0')
    stage.registry.unpublish()
    await stage.offer()
    await stage.runs.forgetCache()
    for (const args of [['plugins', 'update'], INSTALL, ['plugins', 'reset', '--reinstall']])
      await refused(args, 'PLUGIN_OLDER')
    assert.equal(version(HELLO), '1.1.0')
    assert.equal(await stage.runs.run(['plugins', 'install', `${HELLO}@1.0.0`]), undefined)
    assert.equal(version(HELLO), '1.0.0')
  })

  it('bring several at once, with the warnings of npm, and take several away, or none', async () => {
    stage.registry.publish(plain(SECOND, {deprecated: 'it is of another time'}))
    assert.equal(await stage.runs.run([...INSTALL, SECOND]), undefined)
    assert.match(stage.runs.said, /npm warn deprecated @acme\/second@1\.0\.0: it is of another time/)
    assert.deepEqual(listed(), [HELLO, SECOND])
    assert.equal((await stage.runs.json<unknown[]>(['plugins', 'update'])).length, 2)
    await refused(['plugins', 'uninstall', HELLO, '@acme/nowhere'], 'USAGE_INVALID')
    assert.deepEqual(listed(), [HELLO, SECOND])
    assert.equal(await stage.runs.run(['plugins', 'uninstall', HELLO, SECOND]), undefined)
    assert.deepEqual([listed(), version(HELLO), version(SECOND)], [[], undefined, undefined])
  })

  it('take away everything with `reset --hard`, whatever became of the list', async () => {
    await stage.lay({[HELLO]: plain(HELLO)}, '{"oclif":')
    await refused(['plugins', 'uninstall', HELLO], 'USAGE_INVALID')
    await refused(INSTALL, 'PLUGIN_LIST_DAMAGED')
    assert.equal(await stage.runs.run(['plugins', 'reset', '--hard']), undefined)
    assert.deepEqual([listed(), version(HELLO)], [[], undefined])
  })

  itInFull('download anew with --force, whatever the cache has', async () => {
    const tarball = `${HELLO}/1.0.0/package.tgz`
    assert.equal(await stage.runs.run(INSTALL), undefined)
    stage.registry.asked.length = 0
    assert.equal(await stage.runs.run(INSTALL), undefined)
    assert.equal(stage.registry.asked.includes(tarball), false)
    assert.equal(await stage.runs.run([...INSTALL, '--force']), undefined)
    assert.equal(stage.registry.asked.includes(tarball), true)
  })

  itInFull('show what npm says: its warnings, all with --verbose, nothing with --silent or --json', async () => {
    await stage.offer({files: stage.files(HELLO, '1.0.0', {deprecated: 'it is of another time'})})
    const said = async (...flags: string[]) => {
      stage.runs.said = ''
      assert.equal(await stage.runs.run([...INSTALL, ...flags]), undefined)
      return stage.runs.said
    }
    assert.match(await said(), /npm warn deprecated @acme\/hello@1\.0\.0: it is of another time/)
    assert.match(await said('--verbose'), /npm (?:verbose|info|http)/)
    assert.equal(await said('--silent'), '')
    assert.equal(await said('--json'), '')
    assert.equal(await said('--verbose', '--json'), '')
  })

  itInFull('run no hook of a plugin that is there', async () => {
    const leave = `exports.default = () => require('node:fs').writeFileSync(${JSON.stringify(stage.mark)}, '')`
    const events = ['plugins:preinstall', 'plugins:postinstall', 'plugins:postuninstall', 'update', 'prerun', 'finally']
    const hooks = Object.fromEntries(events.map((event) => [event, './hook.js']))
    stage.registry.publish(plain(SECOND, {oclif: {hooks}}, {'hook.js': leave}))
    assert.equal(await stage.runs.run(['plugins', 'install', SECOND]), undefined)
    for (const args of [INSTALL, ['plugins', 'update'], ['plugins', 'uninstall', HELLO], ['plugins']])
      assert.equal(await stage.runs.run(args), undefined)
    assert.equal(existsSync(stage.mark), false)
  })

  itInFull(
    'work with settings of npm that would send an installation elsewhere, or make it something else',
    async () => {
      const lines = ['location=global', 'global=true', 'package-lock-only=true', 'lockfile-version=1', 'save-dev=true']
      await npmrc(
        [...lines, 'usage=true', 'dry-run=true', 'ignore-scripts=false', 'include[]=dev', 'offline=true'].join('\n'),
      )
      assert.equal(await stage.runs.run(INSTALL), undefined)
      assert.deepEqual([listed(), version(HELLO), existsSync(stage.mark)], [[HELLO], '1.0.0', false])
    },
  )

  itInFull('work where npm cannot write its cache', async () => {
    await writeFile(path.join(stage.runs.folder, 'no-folder'), '')
    process.env['npm_config_cache'] = path.join(stage.runs.folder, 'no-folder/npm')
    assert.equal(await stage.runs.run(INSTALL), undefined)
    assert.equal(version(HELLO), '1.0.0')
  })

  describe('say what is wrong', () => {
    const message = async (args: readonly string[], code: string) => {
      const problem = await stage.runs.run(args)
      assert.equal(problem?.code, code, problem?.message)
      return [problem.message, ...problem.suggestions].join(' ')
    }

    it('with a file or a folder that is not there, or is something else', async () => {
      assert.match(
        await message(['plugins', 'install', './nope.tgz'], 'USAGE_INVALID'),
        /^There is no tarball \S+\/nope\.tgz\./,
      )
      assert.match(await message(['plugins', 'install', './nope'], 'USAGE_INVALID'), /^There is no folder \S+\/nope\./)
      assert.match(await message(['plugins', 'install', './package.json'], 'USAGE_INVALID'), /is a file, not a folder/)
      assert.match(await message(['plugins', 'link', '/nope'], 'PLUGIN_INVALID'), /^There is no folder \/nope\./)
      assert.match(await message(['plugins', 'link', '/'], 'PLUGIN_INVALID'), /^\/ holds no package\.json\./)
      assert.match(await message(['plugins', 'link', '--install', '.'], 'USAGE_INVALID'), /npm install/)
    })

    it('with a version that does not exist, without speaking of an age that nobody asked for', async () => {
      const text = await message(['plugins', 'install', `${HELLO}@9.9.9`], 'PLUGIN_NO_VERSION')
      assert.doesNotMatch(text, /old/)
    })

    it('with a short name that leads nowhere, and an identity plugin without a scope', async () => {
      assert.match(await message(['plugins', 'install', 'hello'], 'PLUGIN_NOT_FOUND'), /npm:hello/)
      assert.match(await message(['identity', 'use', 'foo'], 'IDENTITY_MISSING'), /plugins install npm:foo/)
    })

    it('with what is not installed', async () => {
      for (const command of ['uninstall', 'inspect'])
        assert.match(await message(['plugins', command, 'nope'], 'USAGE_INVALID'), /^nope is not installed\./)
      assert.match(await message(['plugins', 'uninstall'], 'USAGE_INVALID'), /^No plugin is linked to \//)
    })
  })

  itInFull('tell a tarball, a folder and a link apart', async () => {
    const folder = path.join(stage.runs.folder, 'kinds')
    await mkdir(path.join(folder, 'linked'), {recursive: true})
    await writeFile(path.join(folder, 'hello.tgz'), tarballOf(plain(HELLO)))
    await writeFile(path.join(folder, 'linked/package.json'), plain(SECOND)['package.json'] ?? '')
    assert.equal(await stage.runs.run(['plugins', 'install', path.join(folder, 'hello.tgz')]), undefined)
    assert.equal(await stage.runs.run(['plugins', 'link', path.join(folder, 'linked')]), undefined)
    const reports = await stage.runs.json<Array<{name: string; source: string}>>(['plugins'])
    assert.deepEqual(
      reports.map(({name, source}) => [name, source]),
      [
        [HELLO, 'tarball'],
        [SECOND, 'link'],
      ],
    )
  })

  it('advise to put right what was linked, and to install again what was installed', async () => {
    const plugins = [
      {name: '@acme/gone', type: 'link', root: '/nowhere/gone'},
      {name: 'lost', type: 'user', tag: 'latest'},
    ]
    await mkdir(stage.runs.dataDir, {recursive: true})
    await writeFile(path.join(stage.runs.dataDir, 'package.json'), JSON.stringify({oclif: {plugins}}))
    await stage.runs.run(['doctor', '--json'])
    const {checks} = JSON.parse(stage.runs.printed) as {checks: Array<{message: string; suggestions?: string[]}>}
    const advice = (name: string) => checks.find((one) => one.message.startsWith(name))?.suggestions?.join(' ') ?? ''
    assert.match(advice('@acme/gone'), /^Put right what is in \/nowhere\/gone\. Or run `superset plugins uninstall/)
    assert.match(advice('lost'), /^Run `superset plugins install npm:lost`\./)
  })

  it('show a plugin with `inspect`, in a shape of their own as JSON', async () => {
    const name = '@acme/inspected'
    await stage.lay(
      {
        needed: plain('needed'),
        [name]: plain(name, {dependencies: {needed: '^1.0.0'}, homepage: 'https://acme.example/'}),
      },
      JSON.stringify({oclif: {schema: 1, plugins: [{name, type: 'user', tag: 'latest'}]}}),
    )
    assert.deepEqual(await stage.runs.json(['plugins', 'inspect', name]), [
      {
        ...{name, version: '1.0.0', type: 'user', tag: 'latest', homepage: 'https://acme.example/'},
        ...{root: path.join(stage.runs.dataDir, 'node_modules', name), commands: []},
        dependencies: [{name: 'needed', wanted: '^1.0.0', version: '1.0.0'}],
      },
    ])
    assert.deepEqual(stage.registry.asked, [])
  })

  it('say that there is nothing to update, where there is nothing', async () => {
    assert.match(await stage.runs.text(['plugins', 'update']), /^There is no plugin to update\.$/m)
  })

  itInFull('say that every plugin is up to date', async () => {
    assert.equal(await stage.runs.run(INSTALL), undefined)
    assert.match(await stage.runs.text(['plugins', 'update']), /^Every plugin is up to date\.$/m)
  })
})
