import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {CommandsHere, foundNothing, refused, succeeded} from '../support/commands-here.ts'

/** A list of the service, as JSON. */
type Rows = readonly Readonly<Record<string, unknown>>[]

/** What is asked for unless something else is said. */
const PAGE = {limit: 50, offset: 0}
const SOMEBODY = '00000000-0000-4000-8000-000000000001'
describe('tasks', () => {
  let sandbox: Sandbox
  let here: CommandsHere
  before(async () => {
    sandbox = await startSandbox()
    here = await CommandsHere.create(sandbox)
  })
  after(() => sandbox.close())
  afterEach(() => sandbox.faults.api.clear())

  const run = (...line: string[]) => here.run(line)

  async function rows(...line: string[]): Promise<Rows> {
    return JSON.parse(succeeded(await run(...line, '--json'))) as Rows
  }

  describe('list', () => {
    it('shows a table to a person, with names in the place of ids', async () => {
      const {sent, ...shown} = await here.run(['tasks', 'list', '--search', 'login'], {}, {columns: 200})
      assert.match(
        succeeded({...shown, sent}),
        /^SLUG +TITLE +STATUS +PRIORITY +ASSIGNEE\nfix-the-login-race +Fix the login race +Backlog +urgent +Local Admin\n$/,
      )
      const organization = sandbox.organizations.team.id
      assert.deepEqual(sent, [{procedure: 'task.list', input: {search: 'login', ...PAGE}, organization}])
    })

    it('says everything as JSON, and ids alone with --quiet', async () => {
      const [task] = await rows('t', 'list', '--search', 'login')
      const {id, status, assignee, project, priority} = task ?? {}
      assert.deepEqual([status, assignee, project, priority], ['Backlog', 'Local Admin', null, 'urgent'])
      assert.equal(succeeded(await run('tasks', 'list', '-s', 'login', '-q')), `${String(id)}\n`)
      assert.deepEqual(await rows('tasks', 'list', '--search', 'there is none'), [])
      foundNothing(await run('tasks', 'list', '--search', 'there is none'), 'No tasks match --search "there is none".')
    })

    for (const [flags, input] of [
      [[], {}],
      [['--status', SOMEBODY], {statusId: SOMEBODY}],
      [['--priority', 'low'], {priority: 'low'}],
      [['--assignee', SOMEBODY], {assigneeId: SOMEBODY}],
      [['--assignee-me'], {assigneeMe: true}],
      [['-m'], {assigneeMe: true}],
      [['--creator-me'], {creatorMe: true}],
      [['--search', 'x'], {search: 'x'}],
      [['--status-id', SOMEBODY], {statusId: SOMEBODY}],
      [['--assignee', '@me'], {assigneeMe: true}],
      [['--project', SOMEBODY], {externalProjectId: SOMEBODY}],
      [['--project-name', 'Web'], {externalProjectName: 'Web'}],
      [['--cycle', SOMEBODY], {externalCycleId: SOMEBODY}],
      [['--due-from', '2026-09-01'], {dueDateFrom: '2026-09-01T00:00:00Z'}],
      [['--due-to', '2026-09-30T12:00:00+02:00'], {dueDateTo: '2026-09-30T10:00:00Z'}],
      [['--sort-by', 'priority'], {sortBy: 'priority'}],
      [['--sort-by', 'createdAt'], {sortBy: 'createdAt'}],
      [['--sort-by', 'updatedAt'], {sortBy: 'updatedAt'}],
      [['--sort-by', 'dueDate'], {sortBy: 'dueDate'}],
      [['--sort-order', 'asc'], {sortOrder: 'asc'}],
      [['--sort-order', 'desc'], {sortOrder: 'desc'}],
      [['--limit', '1'], {limit: 1}],
      [['--limit', '500'], {limit: 500}],
      [['--offset', '0'], {offset: 0}],
      [
        ['--priority', 'urgent', '--due-from', '2026-09-01', '--due-to', '2026-09-02', '--limit', '7', '--offset', '3'],
        {
          priority: 'urgent',
          dueDateFrom: '2026-09-01T00:00:00Z',
          dueDateTo: '2026-09-02T00:00:00Z',
          limit: 7,
          offset: 3,
        },
      ],
    ] as const) {
      it(`asks the service for what was asked: ${flags.join(' ') || '(no flags)'}`, async () => {
        const {sent, ...shown} = await run('tasks', 'list', ...flags)
        assert.equal(shown.exit, 0, shown.stderr)
        assert.deepEqual(
          sent.map((one) => one.input),
          [{...PAGE, ...input}],
        )
      })
    }

    for (const [flags, looked, key] of [
      [['--status', 'In Progress'], 'task.statuses.list', 'statusId'],
      [['--status', 'in progress'], 'task.statuses.list', 'statusId'],
      [['--assignee', 'Bea Member'], 'organization.members.list', 'assigneeId'],
      [['--assignee', 'BEA@Local.test'], 'organization.members.list', 'assigneeId'],
    ] as const) {
      it(`looks up a name, and asks for its id: ${flags.join(' ')}`, async () => {
        const {exit, sent, stderr} = await run('tasks', 'list', ...flags)
        assert.equal(exit, 0, stderr)
        assert.deepEqual(
          sent.map(({procedure}) => procedure),
          [looked, 'task.list'],
        )
        const id = (sent[1]?.input as Record<string, unknown>)[key]
        if (key === 'assigneeId') assert.equal(id, sandbox.users.bea.id)
        else assert.match(String(id), /^[\da-f-]{36}$/)
      })
    }

    for (const [flags, code, message, next] of [
      [
        ['--status', 'In Progres'],
        'STATUS_UNKNOWN',
        /There is no status "In Progres"\./,
        /Did you mean "In Progress"\?/,
      ],
      [['--assignee', 'Bea'], 'MEMBER_UNKNOWN', /There is no member .* "Bea"\./, /Did you mean "Bea Member"\?/],
      [['--assignee', '\u001B[31m'], 'MEMBER_UNKNOWN', /u001b\[31m/, /organization members list/],
    ] as const) {
      it(`lists nothing for a name that nobody has: ${JSON.stringify(flags)}`, async () => {
        const {exit, sent, stderr, stdout} = await run('tasks', 'list', ...flags)
        assert.deepEqual([exit, stdout], [1, ''])
        assert.ok(sent.every(({procedure}) => procedure !== 'task.list'))
        assert.match(stderr, message)
        assert.match(stderr, next)
        assert.ok(stderr.includes(`(${code})`), stderr)
      })
    }

    it('prints tab-separated lines to a pipe, and the forms and fields that are asked for', async () => {
      const line = ['tasks', 'list', '--search', 'login']
      const piped = succeeded(await run(...line))
      assert.equal(piped, 'fix-the-login-race\tFix the login race\tBacklog\turgent\tLocal Admin\t\t\n')
      const some = [...line, '--fields', 'title,priority,dueDate']
      assert.equal(
        succeeded(await run(...some, '--output', 'tsv')),
        'title\tpriority\tdueDate\nFix the login race\turgent\t\n',
      )
      assert.equal(
        succeeded(await run(...some, '--output', 'csv')),
        'title,priority,dueDate\nFix the login race,urgent,\n',
      )
      assert.match(
        succeeded(await run(...some, '--output', 'table')),
        /^TITLE +PRIORITY +DUE\nFix the login race +urgent +—\n$/,
      )
      const json = [{title: 'Fix the login race', priority: 'urgent', dueDate: null}]
      assert.deepEqual(JSON.parse(succeeded(await run(...some, '--output', 'json'))), json)
      assert.deepEqual(JSON.parse(succeeded(await run(...some, '--json'))), json)
    })

    it('says that there is more, and how to get it; --all gets it', async () => {
      const {exit, stderr} = await run('tasks', 'list', '--limit', '2', '--offset', '1')
      assert.deepEqual([exit, stderr], [0, 'Showing 2 of more; next: --offset 3, or --all for all of them.\n'])
      const {sent, ...shown} = await run('tasks', 'list', '--all', '--quiet')
      assert.ok(succeeded({...shown, sent}).split('\n').length > 3)
      assert.deepEqual(
        sent.map(({input}) => input),
        [{limit: 500, offset: 0}],
      )
    })

    it('filters and pages: each by what the service really does', async () => {
      const slugs = async (...flags: string[]) => (await rows('tasks', 'list', ...flags)).map(({slug}) => slug)
      assert.deepEqual(await slugs('--priority', 'low'), ['write-release-notes'])
      assert.deepEqual(await slugs('--assignee-me'), ['fix-the-login-race'])
      assert.deepEqual(await slugs('--sort-order', 'asc', '--limit', '1', '--offset', '1'), ['fix-the-login-race'])
      const year = new Date().getFullYear()
      const due = ['plan-the-next-sprint']
      assert.deepEqual(await slugs('--due-from', `${year}-01-01`, '--due-to', `${year + 1}-12-31`), due)
      assert.deepEqual(await slugs('--due-to', `${year}-01-01`), [])
    })

    for (const [flags, message] of [
      [['--limit', '0'], /--limit: "0" is not a whole number, from 1 to 500/],
      [['--limit', '501'], /--limit: "501" is not a whole number/],
      [['--offset', '-1'], /--offset: "-1" is not a whole number, 0 or more/],
      [['--priority', 'huge'], /urgent, high, medium, low, none/],
      [['--sort-by', 'title'], /createdAt, updatedAt, dueDate, priority/],
      [['--sort-order', 'up'], /asc, desc/],
      [['--due-from', 'soon'], /--due-from: "soon" is not a date/],
      [['--fields', 'slug,nope'], /There is no field nope\. Fields: id, slug, title,/],
      [['--fields', ','], /--fields names none\./],
      [['--quiet', '--output', 'csv'], /cannot be used together/],
      [['--all', '--limit', '5'], /cannot be used together/],
      [['--output', 'yaml'], /table, json, csv, tsv/],
      [['--assignee', SOMEBODY, '--assignee-me'], /cannot be used together/],
      [['--assignee', 'none'], /cannot list what is assigned to nobody/],
      [['--assignee', ''], /--assignee: names nobody and nothing/],
      [['--status', ' '], /--status: names nobody and nothing/],
      [['--nothing'], /--nothing/],
    ] as const) {
      it(`refuses ${flags.join(' ')} before anything is sent`, async () => {
        refused(await run('tasks', 'list', ...flags), message)
      })
    }
  })

  describe('statuses list', () => {
    it('shows a table, JSON and ids', async () => {
      const {sent, ...shown} = await here.run(['t', 'statuses', 'list'], {}, {columns: 200})
      assert.match(
        succeeded({...shown, sent}),
        /^NAME +TYPE +POSITION +ID\nBacklog +backlog +0 +\S+\nTodo +unstarted +1 /,
      )
      assert.deepEqual([sent.length, sent[0]?.procedure], [1, 'task.statuses.list'])
      const statuses = await rows('tasks', 'statuses', 'list')
      const ids = statuses.map(({id}) => `${String(id)}\n`).join('')
      assert.equal(succeeded(await run('tasks', 'statuses', 'list', '--quiet')), ids)
      refused(await run('tasks', 'statuses', 'list', '--nothing'), /--nothing/)
    })
  })

  for (const [procedure, answer, ...line] of [
    ['task.list', {}, 'tasks', 'list'],
    ['task.list', [{}], 'tasks', 'list'],
    ['task.list', [{task: {id: 1, slug: 'x', title: null}}], 'tasks', 'list'],
    ['task.statuses.list', {}, 'tasks', 'statuses', 'list'],
    ['task.byIdOrSlug', 'text', 'tasks', 'get', 'x'],
    ['task.byIdOrSlug', {id: 'x', slug: 'x'}, 'tasks', 'get', 'x'],
    ['task.create', [], 'tasks', 'create', '--title', 'x'],
    ['task.create', {task: []}, 'tasks', 'create', '--title', 'x'],
    ['task.create', {task: {}}, 'tasks', 'create', '--title', 'x'],
    ['task.update', [], 'tasks', 'update', 'fix-the-login-race', '--title', 'x'],
  ] as const) {
    it(`names the procedure whose answer it does not understand: ${procedure}: ${JSON.stringify(answer)}`, async () => {
      sandbox.faults.api.add({procedure, answer: {status: 200, body: {result: {data: {json: answer}}}}})
      const {exit, stderr, stdout} = await run(...line)
      assert.deepEqual([exit, stdout], [78, ''])
      assert.equal(
        stderr,
        `Error: The server's answer to ${procedure} is not one that this superset understands.\n` +
          '  Install the newest superset, and check SUPERSET_API_URL.\n  (SERVICE_ANSWER)\n',
      )
    })
  }

  it('acts on the organization that a slug names, and says that there is none of that name', async () => {
    const organization = {value: 'acme', source: 'env:SUPERSET_ORGANIZATION_ID'} as const
    const {sent, ...shown} = await here.run(['tasks', 'list', '--quiet'], {organization})
    assert.equal(succeeded({...shown, sent}).split('\n').length, 3)
    assert.deepEqual(
      sent.map((one) => [one.procedure, one.organization]),
      [
        ['user.myOrganizations', null],
        ['task.list', sandbox.organizations.acme.id],
      ],
    )
    const wrong = await here.run(['tasks', 'list'], {organization: {...organization, value: 'acmee'}})
    assert.deepEqual([wrong.exit, wrong.stdout], [1, ''])
    assert.match(wrong.stderr, /member of organization acmee \(from SUPERSET_ORGANIZATION_ID\)/)
    assert.match(wrong.stderr, /Then correct or unset SUPERSET_ORGANIZATION_ID\./)
    const saved = await here.run(['tasks', 'list'], {organization: {value: 'acmee', source: 'config'}})
    assert.match(saved.stderr, /\n {2}Then run `superset organization switch <id>`\.\n/)
    assert.doesNotMatch(saved.stderr, /unset/)
  })

  it('sends no organization where none is chosen', async () => {
    const {exit, sent, stderr} = await here.run(['tasks', 'list'], {organization: undefined as never})
    assert.deepEqual([exit, sent[0]?.organization], [77, null])
    assert.match(stderr, /No organization is chosen/)
  })
})
