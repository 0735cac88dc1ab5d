import assert from 'node:assert/strict'
import type {HostWorkspace} from '@superset/sandbox'
import {thisHostId} from '../../src/service/targets/machine.ts'
import {refused, succeeded} from '../support/commands-here.ts'
import {failed, HostsHere} from '../support/hosts-here.ts'

const SOMEBODY = '11111111-1111-4111-8111-111111111111'

describe('workspaces', () => {
  let here: HostsHere
  let project: string
  let fix: HostWorkspace
  before(async () => {
    here = await HostsHere.create()
    ;({id: project} = here.host.state.addProject({name: 'demo', repoPath: '/code/demo'}).project)
    here.host.state.addProject({name: 'alpha', repoPath: '/code/alpha'})
    fix = here.host.state.addWorkspace({
      ...{projectId: project, name: 'Fix', branch: 'fix-tests', type: 'worktree', worktreePath: '/trees/fix'},
    })
  })
  after(() => here.close())
  afterEach(() => here.sandbox.faults.host.clear())

  const names = async (...flags: string[]) =>
    (await here.json<Array<{name: string}>>('workspaces', 'list', ...flags)).map(({name}) => name)

  it('lists, and filters by project and text', async () => {
    assert.deepEqual(await names(), ['main', 'main', 'Fix'])
    assert.deepEqual(await names('--project', 'DEMO'), ['main', 'Fix'])
    assert.deepEqual(await names('--project', project, '--search', 'TESTS'), ['Fix'])
    assert.deepEqual(await names('-s', 'alpha'), ['main'])
    assert.match(succeeded(await here.run(['ws', 'list', '-s', 'fix'])), /^Fix\tfix-tests\tdemo\t[\da-f-]{36}\n$/)
    assert.deepEqual(await here.asking(here.host, ['ws', 'list', '-q']), [
      {procedure: 'workspace.list', input: undefined},
    ])
  })

  it('asks once which organization a slug means', async () => {
    const organization = {value: here.sandbox.organizations.team.slug, source: 'flag'} as const
    const {exit, sent} = await here.commands.run(['workspaces', 'get', fix.id], {organization})
    assert.deepEqual([exit, sent.map(({procedure}) => procedure)], [0, ['user.myOrganizations', 'host.list']])
  })

  describe('get', () => {
    for (const how of ['id', 'Fix', 'fix-tests', 'demo/Fix', 'FIX']) {
      it(`finds one by ${how}`, async () => {
        const {createdAt: _, ...found} = await here.json<Record<string, unknown>>(
          'workspaces',
          'get',
          how === 'id' ? fix.id : how,
        )
        assert.deepEqual(found, {
          ...{id: fix.id, name: 'Fix', branch: 'fix-tests', type: 'worktree', projectId: project, projectName: 'demo'},
          ...{hostId: await thisHostId(), hostName: 'Laptop', taskId: null},
          ...{worktreePath: '/trees/fix', worktreeExists: true},
        })
      })
    }

    it('prints one field as it is, and nothing for what is not there', async () => {
      assert.equal(succeeded(await here.run(['workspaces', 'get', 'Fix', '--field', 'branch'])), 'fix-tests\n')
      assert.equal(succeeded(await here.run(['workspaces', 'get', 'Fix', '-f', 'taskId'])), '')
      for (const field of ['nope', 'constructor', '__proto__'])
        refused(await here.run(['workspaces', 'get', 'Fix', '-f', field]), /There is no field .* Fields: id, name,/)
      assert.equal((await here.json<{id: string}>('workspaces', 'get', 'Fix', '-f', 'branch')).id, fix.id)
    })

    it('is of the terminal where nothing is named', async () => {
      process.env['SUPERSET_WORKSPACE_ID'] = fix.id
      assert.equal((await here.json<{id: string}>('workspaces', 'get')).id, fix.id)
      delete process.env['SUPERSET_WORKSPACE_ID']
      refused(await here.run(['workspaces', 'get']), /SUPERSET_WORKSPACE_ID is not set/)
    })

    it('names the host by its id where the service cannot be asked for the name', async () => {
      here.sandbox.faults.api.add({procedure: 'host.list', answer: {status: 403, body: ''}})
      const {hostId, hostName} = await here.json<{hostId: string; hostName: string}>('workspaces', 'get', 'Fix')
      assert.equal(hostName, hostId)
    })

    it('says what there is not, and what there is more than once', async () => {
      const unknown = failed(await here.run(['workspaces', 'get', SOMEBODY]), 1, 'WORKSPACE_NOT_FOUND')
      assert.match(unknown, /on this machine.*superset workspaces list.*--host/s)
      const near = failed(await here.run(['workspaces', 'get', 'fix-test']), 1, 'WORKSPACE_NOT_FOUND')
      assert.match(near, /Did you mean "Fix"\?/)
      assert.match(
        failed(await here.run(['workspaces', 'get', 'main']), 2, 'NAME_AMBIGUOUS'),
        /demo\/main.*alpha\/main/s,
      )
      const elsewhere = await here.run(['workspaces', 'get', fix.id, '--host', 'Linux Box'])
      assert.match(failed(elsewhere, 1, 'WORKSPACE_NOT_FOUND'), /on host Linux Box.*list --host 'Linux Box'/s)
    })
  })

  describe('update', () => {
    const task = SOMEBODY
    for (const [flags, input] of [
      [['--name', 'Fixed'], {name: 'Fixed'}],
      [['--task-id', task], {taskId: task}],
      [['--task', task, '--name', 'Fix'], {taskId: task, name: 'Fix'}],
      [['--clear-task'], {taskId: null}],
    ] as const) {
      it(`sends what changes, and nothing else: ${flags.join(' ')}`, async () => {
        const asked = await here.asking(here.host, ['workspaces', 'update', fix.id, ...flags])
        assert.deepEqual(asked, [{procedure: 'workspace.update', input: {id: fix.id, ...input}}])
      })
    }

    it('finds it by name, and says what there is not', async () => {
      assert.match(succeeded(await here.run(['ws', 'update', 'fix-tests', '--name', 'Fix'])), /Updated workspace Fix\./)
      failed(await here.run(['ws', 'update', SOMEBODY, '--name', 'x']), 1, 'WORKSPACE_NOT_FOUND')
      refused(await here.run(['ws', 'update', 'Fix']), /--clear-task/)
      refused(await here.run(['ws', 'update', 'Fix', '--task', 'a', '--clear-task']), /--clear-task/)
    })
  })

  describe('delete', () => {
    const add = (name: string) =>
      here.host.state.addWorkspace({
        projectId: project,
        name,
        branch: name,
        type: 'worktree',
        worktreePath: `/trees/${name}`,
      })

    it('asks with names, and needs --yes where nobody can be asked', async () => {
      const [one, two] = [add('one'), add('two')]
      const before = here.host.requests.length
      refused(await here.run(['workspaces', 'delete', 'one']), /CONFIRMATION_NEEDED/)
      assert.equal(here.host.requests.length, before)
      const {stderr} = await here.run(['workspaces', 'delete', 'one', two.id], {answer: 'n\n'})
      assert.match(stderr, /"one" \(branch one\) with \/trees\/one.*"two".*Delete these 2 workspaces\?/s)
      assert.equal(one.archivedAt, null)
      const yes = await here.run(['workspaces', 'delete', 'one'], {answer: 'y\n'})
      assert.match(yes.stderr, /Delete workspace "one" \(branch one\) with \/trees\/one\?/)
      assert.equal(yes.stdout, 'Deleted 1 workspace.\n')
      assert.deepEqual(await here.json('workspaces', 'delete', 'two', '--yes'), {
        deleted: [two.id],
        warnings: [],
        failed: [],
      })
    })

    it('is not fooled by the host, to whom an id that it does not know is gone', async () => {
      const before = here.host.requests.length
      const unknown = await here.run(['workspaces', 'delete', SOMEBODY, '--yes'])
      failed(unknown, 1, 'WORKSPACE_NOT_FOUND')
      assert.deepEqual(
        here.host.requests.slice(before).map(({procedures: [name]}) => name),
        ['workspace.list'],
      )
      const three = add('three')
      const {exit, stderr, stdout} = await here.run([
        'workspaces',
        'delete',
        SOMEBODY,
        'three',
        'demo/main',
        '--yes',
        '--json',
      ])
      const {deleted, failed: left} = JSON.parse(stdout) as {
        deleted: string[]
        failed: Array<{workspace: string; code: string}>
      }
      assert.deepEqual([exit, stderr, deleted], [1, '', [three.id]])
      assert.deepEqual(
        left.map(({code, workspace}) => [workspace, code]),
        [
          [SOMEBODY, 'WORKSPACE_NOT_FOUND'],
          ['demo/main', 'SERVICE_INVALID'],
        ],
      )
    })

    for (const [key, value, code] of [
      ['deleteInProgress', {startedAt: 1}, 'WORKSPACE_DELETING'],
      ['teardownFailure', {exitCode: 3, outputTail: 'boom'}, 'WORKSPACE_TEARDOWN_FAILED'],
    ] as const) {
      it(`says what the host says: ${key}`, async () => {
        const four = add(key)
        const error = {json: {message: 'Cannot delete', data: {code: 'CONFLICT', httpStatus: 409, [key]: value}}}
        here.sandbox.faults.host.add({procedure: 'workspace.delete', answer: {status: 409, body: {error}}})
        const text = failed(await here.run(['workspaces', 'delete', four.id, '--yes']), 1, code)
        assert.match(text, key === 'teardownFailure' ? /Cannot delete\n.*boom/ : /Cannot delete/)
      })
    }
  })

  it('opens the app by a link, which --print prints', async () => {
    const url = `superset://v2-workspace/${fix.id}`
    assert.equal(succeeded(await here.run(['workspaces', 'open', 'fix-tests', '--print'])), `${url}\n`)
    assert.deepEqual(await here.json('ws', 'open', fix.id, '--print'), {id: fix.id, name: 'Fix', url})
  })
})
