import assert from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {type Cli, cli, errorOf} from './cli.ts'
import {deadAddress} from '../support/counting-server.ts'
import {answering, result} from './service/answering.ts'

const ROW = {
  task: {id: 'id-1', slug: 'fix-login', title: 'Fix login', priority: 'high'},
  assignee: null,
  statusName: 'Todo',
}

describe('superset', () => {
  let superset: Cli
  let server: Awaited<ReturnType<typeof answering>> | undefined
  beforeEach(() => {
    superset = cli()
  })
  afterEach(async () => {
    superset.remove()
    await server?.close()
    server = undefined
  })

  async function tasks(): Promise<Record<string, string>> {
    server = await answering(result([ROW]))
    return {SUPERSET_API_URL: server.origin}
  }

  it('says its version in one line, as oclif does', async () => {
    const {version} = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'))
    for (const flag of ['--version', '-v']) {
      const {exit, stdout} = await superset.run([flag], {
        env: {SUPERSET_API_URL: 'rubbish', SUPERSET_IDENTITY: '@gone/gone'},
        ownProcess: true,
      })
      assert.deepEqual(
        [exit, stdout],
        [0, `superset/${version} ${process.platform}-${process.arch} node-${process.version}\n`],
      )
    }
  })

  it('tells an old Node what it needs', async () => {
    const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})`
    const {exit, stderr} = await superset.run(['tasks', 'list'], {node: ['--import', old]})
    assert.deepEqual([exit, stderr], [78, 'superset needs Node 24 or newer; this is Node 20.20.2.\n'])
  })

  for (const args of [
    [],
    ['--help'],
    ['-h'],
    ['tasks'],
    ['tasks', 'list', '--help'],
    ['tasks', 'list', '-h'],
    ['help', 'tasks'],
  ]) {
    it(`helps without any identity, whatever is set: ${args.join(' ') || '(no arguments)'}`, async () => {
      const env = {
        SUPERSET_API_URL: 'rubbish',
        SUPERSET_IDENTITY: '../rubbish',
        SUPERSET_STORAGE: 'x',
      }
      const {exit, stdout} = await superset.run(args, {env})
      assert.deepEqual([exit, superset.journal()], [0, []])
      assert.match(stdout, /USAGE/)
    })
  }

  it('lists its exit codes in the help', async () => {
    const {stdout} = await superset.run(['--help'])
    for (const code of [0, 1, 2, 4, 74, 75, 77, 78, 130, 143]) assert.match(stdout, new RegExp(`^ +${code} `, 'm'))
  })

  it('lists tasks for a person, for a script and as ids', async () => {
    const env = await tasks()
    const human = await superset.run(['tasks', 'list'], {env})
    assert.deepEqual([human.exit, human.stderr], [0, ''])
    assert.match(human.stdout, /^fix-login\tFix login\tTodo\thigh\t\t\t\n$/)
    const json = await superset.run(['t', 'list', '--json'], {env})
    assert.deepEqual(JSON.parse(json.stdout), [{...ROW.task, status: 'Todo', assignee: null, project: null}])
    const ids = await superset.run(['tasks', 'list', '-q'], {env})
    assert.equal(ids.stdout, 'id-1\n')
    const agent = await superset.run(['tasks', 'list'], {env: {...env, CLAUDECODE: '1'}})
    assert.equal(agent.stdout, json.stdout)
  })

  it('imports the chosen plugin, asks it once and lets it settle', async () => {
    await superset.run(['tasks', 'list'], {env: await tasks()})
    assert.deepEqual(superset.journal(), ['import', 'ask', 'secrets left in env: ', 'session', 'settle'])
  })

  it('takes secrets out of the environment, and uses them', async () => {
    const env = {
      ...(await tasks()),
      SUPERSET_API_KEY: 'sk_live_secretsecret',
      SUPERSET_TOKEN: 'tok',
      SUPERSET_STORAGE_KEY: 'k',
    }
    const {exit} = await superset.run(['tasks', 'list'], {env})
    assert.deepEqual([exit, superset.journal()[2]], [0, 'secrets left in env: '])
  })

  it('row 86: refuses where nobody is signed in, and lets the provider settle', async () => {
    const {exit, stderr, stdout} = await superset.run(['tasks', 'list'], {env: {FIXTURE_IDENTITY: 'signed-out'}})
    assert.deepEqual([exit, stdout], [4, ''])
    assert.match(stderr, /^Error: Not signed in \(no terminal\)\.\n {2}Set SUPERSET_API_KEY\./)
    assert.equal(superset.journal().at(-1), 'settle')
  })

  it('shows errors as JSON on stdout alone, in JSON mode and for agents', async () => {
    for (const [args, env] of [
      [['tasks', 'list', '--json'], {}],
      [['tasks', 'list'], {CI: '1'}],
    ] as const) {
      const {exit, stderr, stdout} = await superset.run(args, {env: {FIXTURE_IDENTITY: 'signed-out', ...env}})
      assert.deepEqual([exit, stderr, errorOf(stdout).code, errorOf(stdout).exit], [4, '', 'AUTH_REQUIRED', 4])
    }
  })

  for (const [behaviour, code] of [
    ['throws', 'IDENTITY_FAILED'],
    ['throws-at-import', 'IDENTITY_FAILED'],
    ['rubbish', 'IDENTITY_INVALID'],
    ['session-throws', 'IDENTITY_FAILED'],
  ] as const) {
    it(`row 88: an identity plugin that ${behaviour} is an error, and help still works`, async () => {
      const env = {FIXTURE_IDENTITY: behaviour}
      const {exit, stdout} = await superset.run(['tasks', 'list', '--json'], {env})
      assert.deepEqual([exit, errorOf(stdout).code], [78, code])
      assert.equal((await superset.run(['plugins'], {env})).exit, 0)
    })
  }

  it('row 88: an identity plugin that hangs is given up after ten seconds', async () => {
    const {exit, stdout} = await superset.run(['tasks', 'list', '--json'], {env: {FIXTURE_IDENTITY: 'hangs'}})
    assert.deepEqual([exit, errorOf(stdout).code], [78, 'IDENTITY_TIMEOUT'])
  })

  it('row 88: an identity plugin that is not installed is named', async () => {
    const {exit, stderr} = await superset.run(['tasks', 'list'], {env: {SUPERSET_IDENTITY: '@acme/gone'}})
    assert.equal(exit, 78)
    assert.match(stderr, /@acme\/gone failed: it is not installed.*\n {2}Run `superset plugins install @acme\/gone`/)
  })

  it('names the variable that is wrong', async () => {
    const {exit, stderr} = await superset.run(['tasks', 'list'], {env: {SUPERSET_API_URL: 'http://api.example.test'}})
    assert.equal(exit, 78)
    assert.match(stderr, /SUPERSET_API_URL must use https/)
  })

  it('reaches loopback past every proxy', async () => {
    const dead = await deadAddress()
    const env = await tasks()
    for (const names of [
      ['HTTP_PROXY', 'HTTPS_PROXY'],
      ['http_proxy', 'https_proxy'],
    ]) {
      for (const noProxy of [{}, {NO_PROXY: 'example.test'}, {no_proxy: 'example.test'}]) {
        const proxies = Object.fromEntries(names.map((name) => [name, dead]))
        const {exit, stderr} = await superset.run(['tasks', 'list'], {env: {...env, ...proxies, ...noProxy}})
        assert.equal(exit, 0, stderr)
      }
    }
  })

  it('names the proxy variable that cannot be used, without its password', async () => {
    const {exit, stderr} = await superset.run(['tasks', 'list'], {
      env: {HTTPS_PROXY: 'http://ada:hunter2@', SUPERSET_API_KEY: 'sk_live_1', SUPERSET_API_URL: 'https://api.test'},
    })
    assert.equal(exit, 78)
    assert.match(stderr, /HTTPS_PROXY/)
    assert.doesNotMatch(stderr, /hunter2/)
  })

  it('names the file of certificates that cannot be used', async () => {
    const {exit, stderr} = await superset.run(['tasks', 'list'], {env: {SUPERSET_CA_FILE: '/nowhere/ca.pem'}})
    assert.equal(exit, 78)
    assert.match(stderr, /SUPERSET_CA_FILE names \/nowhere\/ca\.pem/)
  })

  it('row 102: stops quietly when nobody reads', async () => {
    const {exit, stderr} = await superset.run(['tasks', 'list', '--json'], {
      env: await tasks(),
      started: (child) => child.stdout?.destroy(),
    })
    assert.deepEqual([exit, stderr], [0, ''])
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends by ${signal}`, async () => {
      server = await answering()
      const {origin, received} = server
      const run = await superset.run(['tasks', 'list'], {
        env: {SUPERSET_API_URL: origin},
        started(child) {
          const look = setInterval(() => {
            if (received.length === 0) return
            clearInterval(look)
            child.kill(signal)
          }, 10)
        },
      })
      assert.equal(run.signal, signal)
    })
  }

  it('acts on the organization of the flag, before that of the variable', async () => {
    const [id, variable] = ['0b1c0000-0000-4000-8000-000000000001', '0b1c0000-0000-4000-8000-000000000002']
    const env = {...(await tasks()), SUPERSET_ORGANIZATION_ID: variable}
    await superset.run(['tasks', 'list', '--organization', id], {env})
    await superset.run(['tasks', 'list'], {env})
    assert.deepEqual(
      server?.received.map(({headers}) => headers['x-superset-organization-id']),
      [id, variable],
    )
  })

  it('lists organizations without naming one, so that a stale choice locks nobody out', async () => {
    server = await answering(result([{id: 'o1', name: 'Acme', slug: 'acme'}]))
    const env = {SUPERSET_API_URL: server.origin, SUPERSET_ORGANIZATION_ID: 'left-it'}
    const {exit} = await superset.run(['org', 'list'], {env})
    assert.deepEqual(
      [exit, server.received.map(({headers}) => headers['x-superset-organization-id'])],
      [0, [undefined]],
    )
  })

  it('keeps compiled code in the cache folder of the user, and runs without one', async () => {
    const caches = path.join(superset.home, 'cache')
    await superset.run(['version'], {env: {XDG_CACHE_HOME: caches}, ownProcess: true})
    assert.equal(existsSync(path.join(caches, 'superset/compile')), true)
    const nowhere = {HOME: '/nowhere', XDG_CACHE_HOME: '/nowhere/cache'}
    const {exit} = await superset.run(['version'], {env: nowhere, ownProcess: true})
    assert.equal(exit, 0)
  })

  it('examines itself, and says what to do', async () => {
    server = await answering(result({id: 'u1', email: 'ada@acme.test'}))
    const well = await superset.run(['doctor', '--json'], {env: {SUPERSET_API_URL: server.origin}})
    assert.equal(well.exit, 0, well.stdout)
    const report = JSON.parse(well.stdout)
    assert.equal(report.ok, true)
    assert.deepEqual(
      report.checks.map(({name, outcome}: {name: string; outcome: string}) => `${name}: ${outcome}`),
      [
        ...['configuration', 'plugins', 'identity', 'storage', 'proxy', 'certificates', 'network', 'clock'],
        ...['session', 'access', 'versions'],
      ]
        .map((name) => `${name}: pass`)
        .concat('policy: skip'),
    )
    const ill = await superset.run(['doctor'], {
      env: {FIXTURE_IDENTITY: 'throws', SUPERSET_API_URL: await deadAddress()},
    })
    assert.equal(ill.exit, 1)
    assert.match(ill.stdout, /FAIL {2}identity .*the vault is closed/)
    assert.match(ill.stdout, /FAIL {2}network .*Cannot reach 127\.0\.0\.1:\d+: the connection was refused/)
    const bad = await superset.run(['doctor'], {env: {SUPERSET_STORAGE: 'cloud'}})
    assert.deepEqual([bad.exit, /FAIL {2}configuration +SUPERSET_STORAGE/.test(bad.stdout)], [1, true])
  })
})
