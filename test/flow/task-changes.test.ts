import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {CommandsHere, refused, succeeded} from '../support/commands-here.ts'

/** A list of the service, as JSON. */
type Rows = readonly Readonly<Record<string, unknown>>[]

const ALL_FIELDS = [
  ...['--title', 'Fix it', '--description', 'In full', '--priority', 'high', '--estimate', '1'],
  ...['--due-date', '2026-09-01', '--labels', 'auth, web,,'],
]
const SENT_FIELDS = {
  title: 'Fix it',
  description: 'In full',
  priority: 'high',
  estimate: 1,
  dueDate: '2026-09-01T00:00:00.000Z',
  labels: ['auth', 'web'],
}

describe('changes of tasks', () => {
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

  /** Its id. */
  async function created(title: string): Promise<string> {
    return succeeded(await run('tasks', 'create', '--title', title, '--quiet')).trim()
  }

  async function stored(id: string): Promise<Rows[number]> {
    return JSON.parse(succeeded(await run('tasks', 'get', id, '--json'))) as Rows[number]
  }

  describe('create', () => {
    it('sends all that was given, and says what came of it', async () => {
      const [status] = await rows('tasks', 'statuses', 'list')
      const statusId = String(status?.['id'])
      const assigneeId = sandbox.users.bea.id
      const line = ['t', 'create', ...ALL_FIELDS, '--assignee', assigneeId, '--status-id', statusId]
      const {sent, ...shown} = await run(...line)
      assert.equal(succeeded({...shown, sent}), 'Created task fix-it: Fix it\n')
      const organization = sandbox.organizations.team.id
      assert.deepEqual(sent, [{procedure: 'task.create', input: {...SENT_FIELDS, assigneeId, statusId}, organization}])
      const {title, description, priority, estimate, labels} = await stored('fix-it')
      assert.deepEqual(
        [title, description, priority, estimate, labels],
        ['Fix it', 'In full', 'high', 1, ['auth', 'web']],
      )
    })

    it('sends nothing of what was not given; prints the task as JSON, its id with --quiet', async () => {
      const {sent, ...shown} = await run('tasks', 'create', '--title', 'Only a title', '--json')
      const {id, slug, txid} = JSON.parse(succeeded({...shown, sent})) as Rows[number]
      assert.deepEqual([sent[0]?.input, slug, txid], [{title: 'Only a title'}, 'only-a-title', undefined])
      assert.notEqual(await created('Only a title'), id)
    })

    it('finds a status and a member by their names, and writes what a file or standard input says', async () => {
      const line = ['tasks', 'create', '--title', 'Named', '--status', 'in progress', '--assignee', 'bea@local.test']
      const {sent, ...shown} = await here.run([...line, '--description-file', '-'], {}, {piped: '\uFEFFOne\nTwo\n\n'})
      succeeded({...shown, sent})
      assert.deepEqual(
        sent.map(({procedure}) => procedure),
        ['task.statuses.list', 'organization.members.list', 'task.create'],
      )
      const {description, assigneeId, statusId} = await stored('named')
      assert.deepEqual([description, assigneeId], ['One\nTwo', sandbox.users.bea.id])
      const statuses = await rows('tasks', 'statuses', 'list')
      assert.equal(statuses.find(({id}) => id === statusId)?.['name'], 'In Progress')
      const mine = await run('tasks', 'create', '--title', 'Mine', '--assignee', '@me')
      assert.deepEqual(
        mine.sent.map(({procedure}) => procedure),
        ['user.me', 'task.create'],
      )
      const {sent: nobody} = await run('tasks', 'create', '--title', 'Of nobody', '--assignee', 'none')
      assert.deepEqual(
        nobody.map(({input}) => input),
        [{title: 'Of nobody'}],
      )
    })

    it('creates nothing for a name that nobody has', async () => {
      for (const flags of [
        ['--status', 'Nope'],
        ['--assignee', 'Nobody at all'],
      ]) {
        const {exit, sent} = await run('tasks', 'create', '--title', 'x', ...flags)
        assert.equal(exit, 1)
        assert.ok(sent.every(({procedure}) => procedure !== 'task.create'))
      }
    })

    for (const [flags, message] of [
      [[], /Missing --title\.\n {2}Example: superset tasks create --title /],
      [['--title', 'x', '--estimate', '0'], /--estimate: "0" is not a whole number, 1 or more/],
      [['--title', 'x', '--due-date', '2026-02-30'], /--due-date: "2026-02-30" is not a date/],
      [['--title', 'x', '--priority', 'huge'], /urgent, high, medium, low, none/],
      [['--title', 'x', '--status', ''], /--status: names nobody and nothing: it is empty/],
      [['--title', 'x', '--description-file', '/nowhere/at/all'], /--description-file: cannot read .* no such file/],
      [['--title', 'x', '--description', 'a', '--description-file', '-'], /cannot be used together/],
      [['--title', 'x', '--edit'], /there is no terminal/],
      [['--title', 'x', '--pr-url', 'https://example.test/1'], /--pr-url/],
    ] as const) {
      it(`refuses ${flags.join(' ') || 'no title'} before anything is sent`, async () => {
        refused(await run('tasks', 'create', ...flags), message)
      })
    }

    it('asks a person for what is missing', async () => {
      const {sent, stderr, stdout} = await here.run(
        ['tasks', 'create', '--priority', 'low'],
        {},
        {answer: '-Typed late\n'},
      )
      assert.deepEqual(
        [stdout, sent[0]?.input],
        ['Created task typed-late: -Typed late\n', {title: '-Typed late', priority: 'low'}],
      )
      assert.equal(stderr, 'What is to be done (--title): -Typed late\n')
      const nothing = await here.run(['tasks', 'get'], {}, {answer: '\n'})
      assert.deepEqual([nothing.exit, nothing.sent], [2, []])
      assert.match(nothing.stderr, /Missing <task>\./)
    })

    it('says where to look when nobody knows whether it was done', async () => {
      sandbox.faults.api.add({procedure: 'task.create', cut: 'after'})
      const {exit, stderr} = await run('tasks', 'create', '--title', 'Perhaps')
      assert.equal(exit, 75)
      assert.match(stderr, /Check with `superset tasks list` before you try again\./)
    })
  })

  describe('update', () => {
    it('looks the task up and sends what was given, with its id', async () => {
      const id = await created('To be updated')
      const [, , done] = await rows('tasks', 'statuses', 'list')
      const statusId = String(done?.['id'])
      const assigneeId = sandbox.users.admin.id
      const prUrl = 'https://example.test/1'
      const line = ['t', 'update', 'to-be-updated', ...ALL_FIELDS, '--assignee', assigneeId, '--status-id', statusId]
      const {sent, ...shown} = await run(...line, '--pr-url', prUrl)
      assert.equal(succeeded({...shown, sent}), 'Updated task to-be-updated: Fix it\n')
      assert.deepEqual(
        sent.map(({input, procedure}) => [procedure, input]),
        [
          ['task.byIdOrSlug', 'to-be-updated'],
          ['task.update', {...SENT_FIELDS, assigneeId, statusId, prUrl, id}],
        ],
      )
      const {labels, title} = await stored(id)
      assert.deepEqual([title, labels], ['Fix it', ['auth', 'web']])
      assert.equal(succeeded(await run('tasks', 'update', id, '--title', 'Again', '-q')), `${id}\n`)
      assert.equal((await stored(id))['title'], 'Again')
    })

    for (const [name, key] of [
      ['assignee', 'assigneeId'],
      ['description', 'description'],
      ['due-date', 'dueDate'],
      ['estimate', 'estimate'],
      ['labels', 'labels'],
      ['pr-url', 'prUrl'],
    ] as const) {
      it(`empties a field: --clear ${name}`, async () => {
        const id = await created(`Without ${name}`)
        const {sent, ...shown} = await run('tasks', 'update', id, '--clear', name, '--json')
        succeeded({...shown, sent})
        assert.deepEqual(sent[1]?.input, {id, [key]: null})
        refused(await run('tasks', 'update', id, '--clear', 'title'), /--clear "title" is none of/)
      })
    }

    it('takes the work off whoever does it: --assignee none', async () => {
      const id = await created('Of somebody')
      const {sent} = await run('tasks', 'update', id, '--assignee', 'none')
      assert.deepEqual(sent[1]?.input, {id, assigneeId: null})
      refused(await run('tasks', 'update', id, '--assignee', ''), /--assignee: names nobody and nothing/)
      refused(await run('tasks', 'update', id, '--clear', 'description', '--description-file', '-'), /contradict/)
    })

    it('empties several fields and sets another at once', async () => {
      const id = await created('Several')
      const {sent} = await run('tasks', 'update', '--clear', 'labels', '--clear', 'due-date', id, '--priority', 'low')
      assert.deepEqual(sent[1]?.input, {id, labels: null, dueDate: null, priority: 'low'})
    })

    it('refuses to empty what it sets, and to change nothing', async () => {
      refused(
        await run('tasks', 'update', 'x', '--clear', 'labels', '--labels', 'a'),
        /--clear labels and --labels contradict each other/,
      )
      refused(await run('tasks', 'update', 'x'), /Nothing to change.*\n {2}Run `superset tasks update --help`\./)
      refused(await here.run(['tasks', 'update', '--title', 'y'], {}, {piped: 'fix-it\n'}), /Missing <task>\./)
    })

    it('takes an address for a pull request, and nothing else', async () => {
      refused(await run('tasks', 'update', 'x', '--pr-url', 'nope'), /--pr-url: "nope" is not the address of a page/)
    })

    it('changes nothing where there is no such task', async () => {
      const {exit, sent, stderr} = await run('tasks', 'update', 'nope', '--title', 'x')
      assert.deepEqual([exit, sent.length], [1, 1])
      assert.match(stderr, /Task not found: nope/)
    })

    it('says where to look when nobody knows whether it was done', async () => {
      const id = await created('Perhaps')
      sandbox.faults.api.add({procedure: 'task.update', cut: 'after'})
      const {exit, stderr} = await run('tasks', 'update', id, '--title', 'x')
      assert.equal(exit, 75)
      assert.ok(stderr.includes(`Check with \`superset tasks get ${id}\` before`), stderr)
    })
  })
})
