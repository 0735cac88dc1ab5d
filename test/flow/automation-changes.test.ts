import assert from 'node:assert/strict'
import {refused, type RunHere, succeeded} from '../support/commands-here.ts'
import {HostsHere} from '../support/hosts-here.ts'

type Row = Readonly<Record<string, unknown>>

describe('changes of automations', () => {
  let here: HostsHere
  let id: string
  before(async () => {
    here = await HostsHere.create()
    const line = [
      'automations',
      'create',
      '--name',
      'nightly',
      '--rrule',
      'FREQ=DAILY',
      '--prompt',
      'Audit\n\tit',
      '-q',
    ]
    id = succeeded(await here.run(line)).trim()
  })
  after(() => here.close())
  afterEach(() => here.sandbox.faults.api.clear())

  const run = (...line: string[]) => here.run(line)
  const asked = ({sent}: RunHere) => sent.map(({input, procedure}) => [procedure, input])

  for (const [flags, input] of [
    [['--name', 'other'], {name: 'other'}],
    [['--rrule', 'FREQ=WEEKLY', '--timezone', 'Europe/Berlin'], {rrule: 'FREQ=WEEKLY', timezone: 'Europe/Berlin'}],
    [['--dtstart', '2027-01-01'], {dtstart: '2027-01-01T00:00:00.000Z'}],
    [['--agent', 'codex'], {agent: 'codex'}],
    [['--session'], {v2ProjectId: null, v2WorkspaceId: null}],
  ] as const) {
    it(`sends what is to be changed: ${flags.join(' ')}`, async () => {
      const shown = await run('automations', 'update', id, ...flags)
      assert.match(succeeded(shown), /^Updated automation "\w+"\.\n$/)
      assert.deepEqual(asked(shown), [['automation.update', {id, ...input}]])
    })
  }

  it('moves it to a host, by id without a look-up and by name with one', async () => {
    const {id: box} = here.box
    assert.deepEqual(asked(await run('auto', 'update', id, '--host', box)), [
      ['automation.update', {id, targetHostId: box}],
    ])
    assert.deepEqual(asked(await run('auto', 'update', id, '--host', 'Linux Box')).at(-1), [
      'automation.update',
      {id, targetHostId: box},
    ])
  })

  it('moves it to a workspace, whose project goes along; one of another project is refused', async () => {
    const {project} = here.box.state.addProject({name: 'api', repoPath: '/srv/api'})
    here.box.state.addProject({name: 'else', repoPath: '/srv/else'})
    const workspace = here.box.state.addWorkspace({
      ...{name: 'fix', branch: 'fix', worktreePath: '/w/fix', projectId: project.id, type: 'worktree'},
    })
    const line = ['automations', 'update', id, '--host', here.box.id, '--workspace', 'fix']
    assert.deepEqual(asked(await run(...line)).at(-1), [
      'automation.update',
      {id, targetHostId: here.box.id, v2ProjectId: project.id, v2WorkspaceId: workspace.id},
    ])
    const wrong = await run(...line, '--project', 'else')
    assert.equal(wrong.exit, 2)
    assert.match(wrong.stderr, /Workspace "fix" is not one of project "else"/)
    assert.ok(wrong.sent.every(({procedure}) => !procedure.startsWith('automation.')))
    const right = await run(...line, '--project', 'api')
    assert.equal(right.exit, 0, right.stderr)
  })

  it('pauses before it changes, and says what was done where the rest fails', async () => {
    const shown = await run('automations', 'update', id, '--no-enabled', '--name', 'nightly', '--json')
    assert.deepEqual(asked(shown), [
      ['automation.setEnabled', {id, enabled: false}],
      ['automation.update', {id, name: 'nightly'}],
    ])
    assert.equal((JSON.parse(succeeded(shown)) as Row)['enabled'], false)
    assert.deepEqual(asked(await run('automations', 'update', id, '--enabled')), [
      ['automation.setEnabled', {id, enabled: true}],
    ])
    here.sandbox.faults.api.add({procedure: 'automation.update', cut: 'before'})
    const {exit, stderr} = await run('automations', 'update', id, '--no-enabled', '--agent', 'x')
    assert.equal(exit, 75)
    assert.match(stderr, /It was paused before that; the rest was not changed\./)
    const wrong = await run('automations', 'update', id, '--no-enabled', '--rrule', 'FREQ=NOPE')
    assert.equal(wrong.exit, 2)
    assert.match(wrong.stderr, /is not a schedule .*\)\. It was paused before that; the rest was not changed\./)
    assert.doesNotMatch(wrong.stderr, /Nothing was changed/)
  })

  it('refuses what contradicts itself, or changes nothing', async () => {
    refused(await run('automations', 'update', id), /Nothing to change/)
    refused(await run('automations', 'update', id, '--session', '--project', 'x'), /cannot be used together/)
    refused(await run('automations', 'update', '--name', 'x'), /Missing <automation>/)
  })

  it('pauses and resumes', async () => {
    assert.equal(succeeded(await run('auto', 'pause', 'nightly')), 'Paused automation "nightly".\n')
    const resumed = await run('automations', 'resume', id)
    assert.match(succeeded(resumed), /^Resumed automation "nightly"\. Next run .* \(\S+Z\)\.\n$/)
    assert.deepEqual(asked(resumed), [['automation.setEnabled', {id, enabled: true}]])
    assert.equal(succeeded(await run('automations', 'pause', id, '-q')), `${id}\n`)
  })

  it('prints the prompt as it is, and takes it back', async () => {
    assert.equal(succeeded(await run('automations', 'prompt', 'get', 'nightly')), 'Audit\n\tit')
    assert.equal(succeeded(await run('auto', 'prompt', 'get', id, '--quiet')), 'Audit\n\tit')
    assert.deepEqual(JSON.parse(succeeded(await run('automations', 'prompt', 'get', id, '--json'))), {
      id,
      prompt: 'Audit\n\tit',
    })
    const set = ['automations', 'prompt', 'set', id]
    for (const from of [['--prompt-file', '-'], ['--from-file', '-'], ['--from-file=-']]) {
      const shown = await here.run([...set, ...from, '--json'], {piped: 'Once\nmore\n'})
      assert.deepEqual(JSON.parse(succeeded(shown)), {id, name: 'nightly', length: 10})
      assert.deepEqual(asked(shown), [['automation.setPrompt', {id, prompt: 'Once\nmore\n'}]])
    }

    assert.equal(succeeded(await run('automations', 'prompt', 'get', id)), 'Once\nmore\n')
    assert.equal(
      succeeded(await here.run([...set, '--prompt-file', '-'], {piped: 'x'})),
      'Set the prompt of automation "nightly" (length 1).\n',
    )
    // A terminal gets no controls.
    await here.run([...set, '--prompt-file', '-'], {piped: 'a\u001B[31m'})
    assert.equal(succeeded(await here.run(['automations', 'prompt', 'get', id], {columns: 80})), 'a\\u001b[31m\n')
  })

  it('loses no prompt to a pipe that turned out empty', async () => {
    refused(
      await here.run(['automations', 'prompt', 'set', id, '--prompt-file', '-'], {piped: ' \n'}),
      /--prompt-file: there is no text in it/,
    )
    refused(await run('automations', 'prompt', 'set', id), /--edit, --prompt-file/)
  })

  it('deletes after a question that names it; without a terminal it needs --yes', async () => {
    refused(await run('automations', 'delete', 'nightly'), /Add --yes if you mean it/)
    const no = await here.run(['automations', 'delete', 'nightly'], {answer: 'n\n'})
    assert.equal(no.exit, 1)
    assert.match(no.stderr, /^Delete automation "nightly" \(.+\)\? \[y\/N\] /)
    assert.ok(no.sent.every(({procedure}) => procedure !== 'automation.delete'))
    const shown = await run('automations', 'delete', id, '--yes', '--json')
    assert.deepEqual(JSON.parse(succeeded(shown)), {ok: true})
    assert.deepEqual(asked(shown), [['automation.delete', {id}]])
    const again = await run('automations', 'delete', id, '--yes')
    assert.equal(again.exit, 1)
    assert.match(again.stderr, /There is no automation/)
  })

  it('says whose it is when somebody else may look at it only', async () => {
    const other = '00000000-0000-4000-8000-000000000002'
    const notFound = {
      error: {json: {message: 'Automation not found', code: -32_004, data: {code: 'X', httpStatus: 404}}},
    }
    here.sandbox.faults.api.add({procedure: 'automation.setEnabled', answer: {status: 404, body: notFound}})
    const json = {id: other, name: 'theirs'}
    here.sandbox.faults.api.add({
      procedure: 'automation.get',
      answer: {status: 200, body: {result: {data: {json}}}},
    })
    const {exit, stderr} = await run('automations', 'pause', other)
    assert.equal(exit, 77)
    assert.match(stderr, /Automation "theirs" belongs to another member.*\n {2}\(AUTOMATION_DENIED\)/s)
  })
})
