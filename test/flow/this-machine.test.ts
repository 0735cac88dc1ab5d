import assert from 'node:assert/strict'
import {type Host, manifestPath} from '@superset/sandbox'
import {chmod, mkdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {thisHostId} from '../../src/service/targets/machine.ts'
import {succeeded} from '../support/commands-here.ts'
import {failed, HostsHere} from '../support/hosts-here.ts'

describe('row 101b: the host service of this machine', () => {
  let other: HostsHere
  before(async () => {
    other = await HostsHere.create()
    other.host.state.addProject({name: 'demo', repoPath: '/code/demo'})
  })
  after(() => other.close())

  const list = () => other.run(['projects', 'list'])

  async function manifest(change: (value: Record<string, unknown>) => unknown, mode = 0o600): Promise<void> {
    const file = manifestPath(other.homeDir, other.host.organizationId)
    const value = {
      pid: process.pid,
      endpoint: other.host.url,
      authToken: other.host.bearer,
      startedAt: Date.now(),
      organizationId: other.host.organizationId,
    }
    await mkdir(path.dirname(file), {recursive: true})
    await rm(file, {recursive: true, force: true})
    const changed = change(value)
    await writeFile(file, typeof changed === 'string' ? changed : JSON.stringify(changed))
    await chmod(file, mode)
  }

  it('is asked although its process cannot be seen here, when it answers', async () => {
    await manifest((value) => ({...value, pid: 2 ** 30}))
    succeeded(await list())
    await manifest((value) => ({...value, startedAt: 1000}))
    succeeded(await list())
    await manifest(({startedAt: _, ...value}) => value)
    succeeded(await list())
  })

  for (const [title, change, message] of [
    ['an address elsewhere', {endpoint: 'http://192.0.2.1:80'}, /outside this machine; its secret is not sent there/],
    ['an address elsewhere over TLS', {endpoint: 'https://example.test'}, /outside this machine/],
    ['a user in the address', {endpoint: 'http://127.0.0.1:1@192.0.2.1'}, /an address that no host service has/],
    ['a path', {endpoint: 'http://127.0.0.1:1/x'}, /an address that no host service has/],
    ['no address', {endpoint: 'nowhere'}, /names no address/],
    ['another kind of address', {endpoint: 'file:///etc/passwd'}, /an address that no host service has/],
    ['a secret that is none', {authToken: 'a\nb'}, /is not one of a host service/],
    ['no secret', {authToken: 7}, /is not one of a host service/],
    ['no process', {pid: '1'}, /is not one of a host service/],
    ['a process that is none', {pid: -1}, /is not one of a host service/],
  ] as const) {
    it(`is not asked by a manifest with ${title}`, async () => {
      await manifest((value) => ({...value, ...change}))
      const text = failed(await list(), 78, 'HOST_MANIFEST')
      assert.match(text, message)
      assert.equal(text.includes(other.host.bearer), false)
    })
  }

  it('is not asked by a manifest that is no JSON, too large, writable by others, or a folder', async () => {
    await manifest(() => '{"pid":')
    failed(await list(), 78, 'CONFIG_INVALID')
    await manifest(() => ' '.repeat(65 * 1024))
    failed(await list(), 78, 'CONFIG_INVALID')
    await manifest((value) => value, 0o602)
    failed(await list(), 78, 'CONFIG_UNSAFE')
    const file = manifestPath(other.homeDir, other.host.organizationId)
    await rm(file)
    await mkdir(file)
    failed(await list(), 78, 'CONFIG_INVALID')
    await rm(file, {recursive: true})
  })

  it('row 98: is asked again when it fails, and row 99: not for a change', async () => {
    await manifest((value) => value)
    const {faults} = other.sandbox
    faults.host.add({
      procedure: 'project.list',
      answer: {status: 500, body: {error: {json: {message: 'git failed'}}}},
    })
    succeeded(await list())
    const broken = faults.host.add({procedure: 'project.create', cut: 'after', times: 9})
    const line = ['projects', 'create', '--local', '--name', 'lost', '--import', '/code/lost', '--json']
    // Row 101: what was lost is the answer alone, and the project is found.
    const made = JSON.parse(succeeded(await other.run(line))) as unknown
    const {projects, workspaces} = other.host.state
    const {id: projectId} = projects.find(({name}) => name === 'lost') ?? {}
    const {id: mainWorkspaceId} = workspaces.find((one) => one.projectId === projectId) ?? {}
    assert.deepEqual([broken.applied, made], [1, {projectId, repoPath: '/code/lost', mainWorkspaceId, created: true}])
    faults.host.add({procedure: 'project.setup', cut: 'after'})
    const setup = ['projects', 'setup', 'lost', '--local', '--path', '/code/lost', '--json']
    assert.deepEqual(JSON.parse(succeeded(await other.run(setup))), {repoPath: '/code/lost', mainWorkspaceId})
    faults.host.clear()
  })

  it('row 98: fails for a while, which is not to be gone', async () => {
    await manifest((value) => value)
    other.sandbox.faults.host.add({procedure: 'project.list', answer: {status: 503, body: 'starting'}, times: 9})
    assert.match(failed(await list(), 75, 'SERVICE_UNAVAILABLE'), /The host service of this machine is temporarily/)
    other.sandbox.faults.host.clear()
  })

  it('says what its host service fails with', async () => {
    await manifest((value) => value)
    const body = {error: {json: {message: 'fatal: not a git repository', data: {code: 'INTERNAL_SERVER_ERROR'}}}}
    other.sandbox.faults.host.add({procedure: 'agents.run', answer: {status: 500, body}})
    const line = ['agents', 'create', '--workspace', 'demo/main', '--agent', 'claude', '--prompt', 'x']
    const text = failed(await other.run(line), 75, 'SERVICE_OUTCOME_UNKNOWN')
    assert.match(
      text,
      /^Error: The host service of this machine is temporarily unavailable \(HTTP 500: fatal: not a git repository\)/,
    )
    assert.match(text, /superset terminals list --workspace/)
  })

  describe('whose host service is gone', () => {
    const notRunning = async (reason: RegExp) => {
      const text = failed(await list(), 75, 'HOST_NOT_RUNNING')
      assert.match(text, reason)
      assert.match(text, /Superset app/)
      assert.equal(text.includes(other.host.bearer), false)
      const status = await other.json<Record<string, unknown>>('status')
      assert.equal(status['running'], false)
      return status
    }

    async function leaving(leftover?: Parameters<Host['stop']>[0]): Promise<Host> {
      const host = await other.sandbox.startHost({id: await thisHostId(), name: 'Laptop', homeDir: other.homeDir})
      await host.stop(leftover)
      return host
    }

    it('is known by its absence', async () => {
      await leaving()
      const status = await notRunning(/is not running\.\n/)
      const {organizationId} = other.host
      assert.deepEqual(status, {running: false, organizationId, hostId: await thisHostId()})
    })

    it('is known by a connection that is refused', async () => {
      await leaving('closed endpoint')
      const {reason, stale} = await notRunning(/127\.0\.0\.1:\d+: the connection was refused/)
      assert.deepEqual([stale, typeof reason], [true, 'string'])
      await leaving('dead process')
      await notRunning(/refused; the process that wrote its manifest is gone/)
    })

    it('is known by another program at its address', async () => {
      await leaving('other program')
      await notRunning(/another program answers at 127\.0\.0\.1/)
    })

    it('is known by another host service at its address', async () => {
      await leaving('other host')
      assert.match(failed(await list(), 75, 'HOST_NOT_RUNNING'), /another host service answers at/)
    })

    it('may run for another organization, and that is said', async () => {
      await leaving()
      const {other: elsewhere} = {
        other: Object.values(other.sandbox.organizations).find(({id}) => id !== other.host.organizationId),
      }
      assert.ok(elsewhere)
      const host = await other.sandbox.startHost({
        id: await thisHostId(),
        homeDir: other.homeDir,
        organizationId: elsewhere.id,
      })
      assert.match(failed(await list(), 75, 'HOST_NOT_RUNNING'), new RegExp(`--organization ${elsewhere.id}`))
      await host.stop()
    })
  })

  it('is asked where it is now, when it was started again meanwhile', async () => {
    const old = await other.sandbox.startHost({id: await thisHostId(), homeDir: other.homeDir})
    old.state.addProject({name: 'demo', repoPath: '/code/demo'})
    let next: Host | undefined
    // Between reading the manifest and asking for the projects, the service is asked for the name of a project's task.
    const run = await other.commands.run(
      ['workspaces', 'update', 'demo/main', '--task', 'fix-the-login-race', '--host', 'local'],
      {
        fetch: async (input, init) => {
          if (String(input).includes('task.byIdOrSlug') && !next) {
            await old.stop('closed endpoint')
            next = await other.sandbox.startHost({id: old.id, homeDir: other.homeDir})
            const {main} = next.state.addProject({name: 'demo', repoPath: '/code/demo'})
            assert.ok(main)
          }

          return other.sandboxFetch(input, init)
        },
        scheme: 'api-key',
      },
    )
    succeeded(run)
    assert.ok(next?.state.workspaces[0]?.taskId)
    await next.stop()
  })

  it('shows its state while it runs', async () => {
    const host = await other.sandbox.startHost({id: await thisHostId(), name: 'Laptop', homeDir: other.homeDir})
    const {pid, port, uptimeSec, ...status} = await other.json<Record<string, unknown>>('status')
    const {id: hostId, organizationId, url: endpoint} = host
    assert.deepEqual(status, {
      ...{running: true, healthy: true, endpoint, organizationId, hostId, hostName: 'Laptop', cloudRegistered: true},
    })
    assert.deepEqual([pid, port, typeof uptimeSec], [process.pid, Number(new URL(endpoint).port), 'number'])
    assert.match(succeeded(await other.run(['status'])), /^running +yes$/m)
    assert.equal(succeeded(await other.run(['status', '--quiet'])), `${hostId}\n`)
    await host.stop()
  })
})
