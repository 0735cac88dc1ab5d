import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {refused, succeeded} from '../support/commands-here.ts'
import {failed, HostsHere} from '../support/hosts-here.ts'

interface Made {
  readonly workspace: {readonly id: string; readonly taskId: string | null}
  readonly answerLost?: boolean
}

const SOMEBODY = '11111111-1111-4111-8111-111111111111'

describe('workspaces create', () => {
  let here: HostsHere
  let project: string
  before(async () => {
    here = await HostsHere.create()
    ;({id: project} = here.host.state.addProject({name: 'demo', repoPath: '/code/demo'}).project)
  })
  after(() => here.close())
  afterEach(() => {
    here.sandbox.faults.host.clear()
    here.sandbox.faults.relay.clear()
    here.sandbox.relay.timeoutMs = 30_000
  })

  const create = (...flags: string[]) => ['workspaces', 'create', '--local', ...flags]
  const ofDemo = (...flags: string[]) => create('--project', 'demo', '--name', 'New', ...flags)

  for (const [flags, input] of [
    [['--branch', 'b-1'], {branch: 'b-1'}],
    [['--pr', '7'], {pr: 7}],
    [
      ['--branch', 'b-2', '--base-branch', 'dev', '--skip-branch-prefix'],
      {branch: 'b-2', baseBranch: 'dev', skipBranchPrefix: true},
    ],
    [['--branch', 'b-3', '--command', 'npm test'], {branch: 'b-3', command: 'npm test'}],
    [['--task', SOMEBODY], {taskId: SOMEBODY}],
    [
      ['--branch', 'b-4', '--agent', 'claude', '--prompt', '- go', '--effort', 'high'],
      {branch: 'b-4', agents: [{agent: 'claude', prompt: '- go', effort: 'high'}]},
    ],
  ] as const) {
    it(`asks the host for what was asked: ${flags.join(' ')}`, async () => {
      const asked = await here.asking(here.host, ofDemo(...flags))
      assert.deepEqual(asked, [
        {procedure: 'project.list', input: undefined},
        {procedure: 'workspaces.create', input: {projectId: project, name: 'New', ...input}},
      ])
    })
  }

  it('makes sessions, which belong to no project', async () => {
    const asked = await here.asking(here.host, create('--name', 'scratch', '--command', 'ls'))
    assert.deepEqual(asked, [{procedure: 'workspaces.createSession', input: {name: 'scratch', command: 'ls'}}])
    succeeded(await here.run(create()))
  })

  it('takes the task by its slug, and a project by its id without looking', async () => {
    const {sent, ...shown} = await here.run(
      create('--project', project, '--name', 'T', '--task', 'fix-the-login-race', '--json'),
    )
    const {workspace} = JSON.parse(succeeded({...shown, sent})) as Made
    assert.deepEqual(
      sent.map(({input, procedure}) => [procedure, input]),
      [['task.byIdOrSlug', 'fix-the-login-race']],
    )
    assert.match(workspace.taskId ?? '', /^[\da-f-]{36}$/)
    const unknown = await here.run(ofDemo('--task', 'nobody'))
    failed(unknown, 1, 'TASK_NOT_FOUND')
  })

  it('gives the agent files, with their media type, and refuses those that it cannot send before anything is', async () => {
    const file = path.join(here.homeDir, 'plan.md')
    await writeFile(file, '# Plan')
    const asked = await here.asking(
      here.host,
      ofDemo('--branch', 'f-1', '--agent', 'claude', '--prompt', 'x', '--attachment', file),
    )
    assert.deepEqual(asked[1]?.input, {
      data: {kind: 'base64', data: Buffer.from('# Plan').toString('base64')},
      mediaType: 'text/markdown',
      originalFilename: 'plan.md',
    })
    const launch = (asked[2]?.input as {agents: Array<{attachmentIds: string[]}>}).agents[0]
    assert.deepEqual(launch?.attachmentIds, [here.host.state.attachments.at(-1)?.attachmentId])

    const before = here.host.requests.length
    const large = path.join(here.homeDir, 'large.bin')
    await writeFile(large, Buffer.alloc(25 * 1024 ** 2 + 1))
    for (const [given, message] of [
      [large, /more than/],
      [path.join(here.homeDir, 'absent'), /there is no such file/],
      [here.homeDir, /not a file|folder/],
    ] as const)
      refused(await here.run(ofDemo('--branch', 'f', '--agent', 'a', '--prompt', 'x', '--attachment', given)), message)
    assert.equal(here.host.requests.length, before)
  })

  it('says that it is there already, and that the agent did not start', async () => {
    assert.match(succeeded(await here.run(ofDemo('--branch', 'twice', '-q'))), /^[\da-f-]{36}\n$/)
    assert.match(succeeded(await here.run(ofDemo('--branch', 'twice'))), /is there already on this machine/)
    const {exit, stderr} = await here.run(ofDemo('--branch', 'no-agent', '--agent', 'nope', '--prompt', 'x'))
    assert.deepEqual([exit], [0])
    assert.match(stderr, /The agent did not start: No host agent config matching 'nope'/)
  })

  for (const [line, message] of [
    [['workspaces', 'create', '--name', 'x'], /--host, --local/],
    [create('--branch', 'b'), /--branch needs --project/],
    [create('--task', 't'), /--task needs --project/],
    [create('--skip-branch-prefix'), /--skip-branch-prefix needs --project/],
    [create('--project', 'demo', '--branch', 'b'), /--name/],
    [ofDemo(), /needs --branch, --pr or --task/],
    [ofDemo('--pr', '0'), /--pr: "0" is not a whole number/],
    [create('--agent', 'claude'), /--prompt/],
    [create('--prompt', 'x'), /--agent/],
    [create('--effort', 'high'), /--agent/],
    [create('--attachment', 'x'), /--agent/],
  ] as const) {
    it(`refuses ${line.slice(2).join(' ')}`, async () => {
      refused(await here.run(line), message)
    })
  }

  it('says how to set up a project that the host does not have', async () => {
    const line = create('--project', SOMEBODY, '--name', 'x', '--branch', 'y')
    const text = failed(await here.run(line), 1, 'PROJECT_NOT_SET_UP')
    assert.match(text, new RegExp(`superset projects setup ${SOMEBODY} --local --parent-dir`))
    const remote = [
      'workspaces',
      'create',
      '--host',
      'Linux Box',
      '--project',
      SOMEBODY,
      '--name',
      'x',
      '--branch',
      'y',
    ]
    assert.match(failed(await here.run(remote), 1, 'PROJECT_NOT_SET_UP'), /setup \S+ --host 'Linux Box'/)
    failed(await here.run(create('--project', 'dmeo', '--name', 'x', '--branch', 'y')), 1, 'PROJECT_NOT_FOUND')
  })

  it('passes on what the host asks for before it can make one', async () => {
    const message = 'Set git user.name first:\n  git config --global user.name "Ada"'
    const body = {error: {json: {message, data: {code: 'PRECONDITION_FAILED', httpStatus: 412}}}}
    here.sandbox.faults.host.add({procedure: 'workspaces.createSession', answer: {status: 412, body}})
    assert.match(failed(await here.run(create()), 1, 'SERVICE_REFUSED'), /user\.name first:\n.*git config --global/)
  })

  it('row 101: finds what was made though the relay stopped waiting', async () => {
    const {project: web} = here.box.state.addProject({name: 'web', repoPath: '/srv/web'})
    here.sandbox.relay.timeoutMs = 50
    const line = ['workspaces', 'create', '--host', here.box.id, '--project', web.id, '--name', 'Slow', '--json']
    for (const [flags, procedure] of [
      [['--branch', 'slow'], 'workspaces.create'],
      [['--pr', '9'], 'workspaces.create'],
    ] as const) {
      const slow = here.sandbox.faults.host.add({procedure, delayAfterMs: 400})
      const {answerLost, workspace} = JSON.parse(succeeded(await here.run([...line, ...flags]))) as Made
      assert.deepEqual([answerLost, slow.applied], [true, 1], 'sent once')
      assert.ok(here.box.state.workspaces.some(({id}) => id === workspace.id))
    }

    const session = here.sandbox.faults.host.add({procedure: 'workspaces.createSession', delayAfterMs: 400})
    const made = await here.json<Made>('workspaces', 'create', '--host', here.box.id, '--name', 'late')
    assert.deepEqual([made.answerLost, session.applied], [true, 1])
  })

  it('row 101: says that it may have been made, where it cannot be found out', async () => {
    const line = ['workspaces', 'create', '--host', here.box.id, '--name', 'lost']
    const body = {error: {json: {message: 'Request timed out', data: {code: 'BAD_GATEWAY', httpStatus: 502}}}}
    here.sandbox.faults.relay.add({procedure: 'workspaces.createSession', answer: {status: 502, body}})
    here.sandbox.faults.relay.add({
      procedure: 'workspace.list',
      answer: {status: 403, body: {error: {json: {message: 'no'}}}},
    })
    const text = failed(await here.run(line), 75, 'SERVICE_OUTCOME_UNKNOWN')
    assert.match(text, /did not answer within the 30 s that the relay waits.*may or may not have been made/)
    assert.match(text, /superset workspaces list --host [\da-f]{32}/)
  })
})
