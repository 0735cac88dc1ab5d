import assert from 'node:assert/strict'
import type {HostWorkspace} from '@superset/sandbox'
import {refused, succeeded} from '../support/commands-here.ts'
import {failed, HostsHere} from '../support/hosts-here.ts'

describe('terminals and agents', () => {
  let here: HostsHere
  let fix: HostWorkspace
  before(async () => {
    here = await HostsHere.create()
    const {project} = here.host.state.addProject({name: 'demo', repoPath: '/code/demo'})
    fix = here.host.state.addWorkspace({
      ...{projectId: project.id, name: 'Fix', branch: 'fix-tests', type: 'worktree', worktreePath: '/trees/fix'},
    })
  })
  after(() => here.close())

  const inFix = ['--workspace', 'fix-tests']

  it('opens one, types into it, reads it and closes it', async () => {
    const {terminalId, status} = await here.json<{terminalId: string; status: string}>(
      ...['terminals', 'create', ...inFix, '--command', 'echo hi'],
    )
    assert.equal(status, 'active')
    const one = [...inFix, '--terminal', terminalId]
    assert.deepEqual(await here.json('terminals', 'send', ...one, '--text', 'echo sent'), {terminalId, submitted: true})
    assert.equal(succeeded(await here.run(['term', 'read', ...one])), '❯ echo hi\nhi\n❯ echo sent\nsent\n❯ \n')
    const {cols, text} = await here.json<{cols: number; text: string}>('terminals', 'read', ...one)
    assert.deepEqual([cols, text.startsWith('❯ echo hi')], [120, true])

    const {sessions} = await here.json<{sessions: Array<Record<string, unknown>>}>('terminals', 'list', ...inFix)
    assert.deepEqual([sessions.length, sessions[0]?.['terminalId'], sessions[0]?.['exited']], [1, terminalId, false])
    assert.equal(succeeded(await here.run(['terminals', 'list', ...inFix, '-q'])), `${terminalId}\n`)
    assert.match(
      succeeded(await here.run(['terminals', 'list', ...inFix])),
      new RegExp(String.raw`^\t\d{4}-.*Z\tfalse\t0\t${terminalId}\n$`),
    )
    assert.deepEqual(await here.json('terminals', 'list', ...inFix, '--fields', 'terminalId'), [{terminalId}])

    assert.deepEqual(await here.json('terminals', 'close', ...one), {terminalId, status: 'disposed'})
    for (const verb of ['read', 'close'])
      assert.match(
        failed(await here.run(['terminals', verb, ...one]), 1, 'TERMINAL_NOT_FOUND'),
        /terminals list --workspace/,
      )
  })

  for (const [flags, procedure, input] of [
    [['create'], 'terminal.createSession', {}],
    [['create', '--command', '-x', '--cwd', '/tmp'], 'terminal.createSession', {initialCommand: '-x', cwd: '/tmp'}],
    [['read', '--terminal', 'T', '--max-lines', '2'], 'terminal.snapshot', {terminalId: 'T', maxLines: 2}],
    [['send', '--terminal', 'T', '--text', '--help'], 'terminal.send', {terminalId: 'T', text: '--help', submit: true}],
    [['send', '--terminal', 'T', '--text', ''], 'terminal.send', {terminalId: 'T', text: '', submit: true}],
    [
      ['send', '--terminal', 'T', '--text', 'x', '--no-submit'],
      'terminal.send',
      {terminalId: 'T', text: 'x', submit: false},
    ],
  ] as const) {
    it(`asks the host for what was asked: ${flags.join(' ')}`, async () => {
      const before = here.host.requests.length
      if (!here.host.state.terminals.some(({terminalId}) => terminalId === 'T'))
        here.host.state.addTerminal(fix, {terminalId: 'T'})
      succeeded(await here.run(['terminals', ...flags.slice(0, 1), ...inFix, ...flags.slice(1)]))
      assert.deepEqual(
        here.host.requests
          .slice(before)
          .map(({inputs, procedures}) => [procedures[0], (inputs[0] as {json?: unknown})?.json]),
        [
          ['workspace.list', undefined],
          [procedure, {workspaceId: fix.id, ...input}],
        ],
      )
    })
  }

  it('shows nothing that would steer the terminal of who reads', async () => {
    here.host.state.addTerminal(fix, {terminalId: 'evil'}).text = 'a\u001B]0;title\u0007\u001B[2Jb\nc'
    const shown = succeeded(await here.run(['terminals', 'read', ...inFix, '--terminal', 'evil']))
    assert.doesNotMatch(shown, /[\u0000-\u0009\u000B-\u001F]/)
    assert.match(shown, /\nc\n$/)
  })

  for (const [line, message] of [
    [['terminals', 'list'], /Missing --workspace/],
    [['terminals', 'read', ...inFix], /Missing --terminal/],
    [['terminals', 'send', ...inFix, '--terminal', 'T'], /Missing --text/],
    [['terminals', 'send', ...inFix, '--terminal', 'T', '--text', '', '--no-submit'], /Nothing to send/],
    [['terminals', 'read', ...inFix, '--terminal', 'T', '--max-lines', '0'], /--max-lines: "0"/],
    [['agents', 'list'], /--host, --local/],
    [['agents', 'create', ...inFix, '--prompt', 'x'], /Missing --agent/],
    [['agents', 'create', ...inFix, '--agent', 'claude'], /--prompt, --resume-session/],
    [['agents', 'create', ...inFix, '--agent', 'claude', '--prompt', 'x', '--resume-session', 'y'], /--resume-session/],
  ] as const) {
    it(`refuses ${line.join(' ')}`, async () => {
      refused(await here.run(line), message)
    })
  }

  it('lists the agents of a host', async () => {
    const [first] = await here.json<Array<{presetId: string; args: string[]}>>('agents', 'list', '--local')
    assert.deepEqual([first?.presetId, first?.args], ['claude', ['--dangerously-skip-permissions']])
    assert.match(
      succeeded(await here.run(['agents', 'list', '--host', 'Linux Box'])),
      /^Claude\tclaude\tclaude\t\S+\nAmp\t/,
    )
  })

  for (const [flags, input] of [
    [['--prompt', 'go'], {prompt: 'go'}],
    [['--prompt', ''], {prompt: ''}],
    [['--resume-session', 's-1'], {prompt: '', resumeSessionId: 's-1'}],
    [['--prompt', 'go', '--effort', 'low'], {prompt: 'go', effort: 'low'}],
  ] as const) {
    it(`starts an agent: ${flags.join(' ')}`, async () => {
      const asked = await here.asking(here.host, ['agents', 'create', ...inFix, '--agent', 'claude', ...flags])
      assert.deepEqual(asked[1], {procedure: 'agents.run', input: {workspaceId: fix.id, agent: 'claude', ...input}})
    })
  }

  it('says which agent there is not', async () => {
    const line = ['agents', 'create', ...inFix, '--agent', 'nope', '--prompt', 'x']
    assert.match(failed(await here.run(line), 1, 'AGENT_NOT_FOUND'), /'nope'.*superset agents list --local/s)
    const unknown = ['agents', 'create', '--workspace', 'nobody', '--agent', 'claude', '--prompt', 'x']
    failed(await here.run(unknown), 1, 'WORKSPACE_NOT_FOUND')
  })
})
