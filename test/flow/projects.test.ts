import assert from 'node:assert/strict'
import path from 'node:path'
import {thisHostId} from '../../src/service/targets/machine.ts'
import {refused, succeeded} from '../support/commands-here.ts'
import {failed, HostsHere} from '../support/hosts-here.ts'

describe('projects', () => {
  let here: HostsHere
  let project: string
  before(async () => {
    here = await HostsHere.create()
    ;({id: project} = here.host.state.addProject({name: 'demo', repoPath: '/code/demo'}).project)
    here.host.state.addProject({name: 'alpha', repoPath: '/code/alpha'})
    here.box.state.addProject({name: 'web', repoPath: '/srv/web'})
  })
  after(() => here.close())

  it('lists those of this machine by name, and those of another', async () => {
    const rows = await here.json<Array<Record<string, unknown>>>('projects', 'list')
    assert.deepEqual(
      rows.map(({name, path: folder, repo}) => [name, repo, folder]),
      [
        ['alpha', null, '/code/alpha'],
        ['demo', null, '/code/demo'],
      ],
    )
    for (const host of ['Linux Box', 'LINUX BOX', here.box.id])
      assert.match(succeeded(await here.run(['projects', 'list', '--host', host])), /^web\t\t\/srv\/web\t/)
    const request = here.box.requests.at(-1)
    assert.deepEqual([request?.via, request?.machineId], ['relay', await thisHostId()])
    // This machine by its name is this machine.
    succeeded(await here.run(['projects', 'list', '--host', 'Laptop']))
    assert.deepEqual(here.host.requests.at(-1)?.via, 'loopback')
  })

  it('asks for the relay once in a run, and looks no id up', async () => {
    const {sent} = await here.run(['terminals', 'list', '--host', here.box.id, '--workspace', 'web/main'])
    assert.deepEqual(
      sent.map(({procedure}) => procedure),
      ['host.relayEndpoint'],
    )
  })

  for (const [flags, mode] of [
    [['--import', '/code/x'], {kind: 'importLocal', repoPath: '/code/x'}],
    [['--import', 'x'], {kind: 'importLocal', repoPath: path.resolve('x')}],
    [
      ['--clone', 'https://git.test/x.git', '--parent-dir', '/code'],
      {kind: 'clone', parentDir: '/code', url: 'https://git.test/x.git'},
    ],
  ] as const) {
    it(`creates one: ${flags.join(' ')}`, async () => {
      const name = flags.join(' ')
      const asked = await here.asking(here.host, ['projects', 'create', '--local', '--name', name, ...flags])
      assert.deepEqual(asked, [{procedure: 'project.create', input: {name, mode}}])
    })
  }

  for (const [flags, message] of [
    [['--name', 'x', '--import', '/x'], /--host, --local/],
    [['--name', 'x', '--import', '/x', '--local', '--host', 'y'], /--local/],
    [['--name', 'x', '--local'], /--clone, --import/],
    [['--name', 'x', '--local', '--clone', 'u'], /--parent-dir/],
    [['--name', 'x', '--local', '--import', '/x', '--parent-dir', '/y'], /--clone/],
    [['--local', '--import', '/x'], /Missing --name/],
  ] as const) {
    it(`refuses projects create ${flags.join(' ')}`, async () => {
      refused(await here.run(['projects', 'create', ...flags]), message)
    })
  }

  it('refuses a relative path of another host', async () => {
    const run = await here.run(['projects', 'create', '--host', here.box.id, '--name', 'x', '--import', 'x'])
    assert.match(failed(run, 2, 'USAGE_INVALID'), /--import must be an absolute path, as it is on host/)
  })

  for (const [flags, origin, mode] of [
    [['--parent-dir', '/code'], undefined, {kind: 'clone', parentDir: '/code'}],
    [['--path', '/code/demo'], undefined, {kind: 'import', repoPath: '/code/demo', allowRelocate: false}],
    [
      ['--import', '/code/demo', '--allow-relocate'],
      undefined,
      {kind: 'import', repoPath: '/code/demo', allowRelocate: true},
    ],
    [
      ['--parent-dir', '/code', '--repo-url', 'https://git.test/d.git', '--name', 'demo'],
      {repoCloneUrl: 'https://git.test/d.git', name: 'demo'},
      {kind: 'clone', parentDir: '/code'},
    ],
  ] as const) {
    it(`sets one up: ${flags.join(' ')}`, async () => {
      const asked = await here.asking(here.host, ['projects', 'setup', project, '--local', ...flags])
      const expected = origin === undefined ? {projectId: project, mode} : {projectId: project, origin, mode}
      assert.deepEqual(asked.at(-1), {procedure: 'project.setup', input: expected})
    })
  }

  it('sets up elsewhere what this machine knows, and says where nobody knows it', async () => {
    const line = ['projects', 'setup', '--host', 'Linux Box', '--parent-dir', '/srv']
    const repoUrl = 'https://git.test/demo.git'
    here.host.state.projects = here.host.state.projects.map((one) => (one.id === project ? {...one, repoUrl} : one))
    const asked = await here.asking(here.box, [...line, '--project', 'demo'])
    assert.deepEqual(asked.at(-1)?.input, {
      projectId: project,
      origin: {repoCloneUrl: repoUrl, name: 'demo'},
      mode: {kind: 'clone', parentDir: '/srv'},
    })
    const nobody = failed(await here.run([...line, 'nobody']), 1, 'PROJECT_NOT_FOUND')
    assert.match(nobody, /Neither host Linux Box nor this machine has project "nobody"/)
    assert.match(nobody, /superset projects list --host 'Linux Box'/)
    refused(await here.run(line), /Missing <project>/)
    refused(await here.run([...line, 'a', '--project', 'b']), /Name the project once/)
  })
})
