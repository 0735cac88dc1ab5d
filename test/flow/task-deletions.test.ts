import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {CommandsHere, refused, succeeded} from '../support/commands-here.ts'

/** What the service says when a person may not do something. */
const FORBIDDEN = {
  status: 403,
  body: {error: {json: {message: 'Owners only', code: -32_003, data: {code: 'FORBIDDEN', httpStatus: 403}}}},
}

describe('tasks delete', () => {
  let sandbox: Sandbox
  let here: CommandsHere
  before(async () => {
    sandbox = await startSandbox()
    here = await CommandsHere.create(sandbox)
  })
  after(() => sandbox.close())
  afterEach(() => sandbox.faults.api.clear())

  const run = (...line: string[]) => here.run(line)

  /** Its id. */
  async function created(title: string): Promise<string> {
    return succeeded(await run('tasks', 'create', '--title', title, '--quiet')).trim()
  }

  it('deletes one, by slug, and says so', async () => {
    const id = await created('One to go')
    const {sent, ...shown} = await run('t', 'delete', 'one-to-go', '--yes')
    assert.equal(succeeded({...shown, sent}), 'Deleted 1 task.\n')
    assert.deepEqual(
      sent.map(({input, procedure}) => [procedure, input]),
      [
        ['task.byIdOrSlug', 'one-to-go'],
        ['task.delete', id],
      ],
    )
    assert.equal((await run('tasks', 'get', id)).exit, 1)
  })

  it('deletes several, each once', async () => {
    const [a, b] = [await created('First to go'), await created('Second to go')]
    const {sent, ...shown} = await run('tasks', 'delete', a, b, a, '-y')
    assert.equal(succeeded({...shown, sent}), 'Deleted 2 tasks.\n')
    assert.equal(sent.length, 4)
    const ids = [await created('First to go'), await created('Second to go')]
    assert.equal(succeeded(await run('tasks', 'delete', ...ids, '-y', '-q')), `${ids.join('\n')}\n`)
  })

  it('asks first; without a terminal it needs --yes', async () => {
    refused(await run('tasks', 'delete', 'fix-the-login-race'), /no terminal to ask on\.\n {2}Add --yes if you mean it/)
    const no = await here.run(['tasks', 'delete', 'fix-the-login-race'], {}, {answer: 'n\n'})
    assert.deepEqual([no.exit, no.stdout], [1, ''])
    assert.deepEqual(
      no.sent.map(({procedure}) => procedure),
      ['task.byIdOrSlug'],
    )
    assert.match(no.stderr, /^Delete task fix-the-login-race "Fix the login race"\? \[y\/N\] .*Nothing was done\./s)
    const ids = [await created('Asked for'), await created('Asked for too')]
    const yes = await here.run(['tasks', 'delete', ...ids], {}, {answer: 'y\n'})
    assert.deepEqual([yes.exit, yes.stdout], [0, 'Deleted 2 tasks.\n'])
    assert.match(
      yes.stderr,
      /^ {2}asked-for "Asked for"\n {2}asked-for-too "Asked for too"\nDelete these 2 tasks\? \[y\/N\] /,
    )
    assert.deepEqual(
      yes.sent.map(({procedure}) => procedure),
      ['task.byIdOrSlug', 'task.byIdOrSlug', 'task.delete', 'task.delete'],
    )
    const none = await here.run(['tasks', 'delete', 'nope', 'neither'], {}, {answer: ''})
    assert.deepEqual([none.exit, none.sent.length], [1, 2])
    assert.doesNotMatch(none.stderr, /y\/N/, 'nothing to be asked')
    refused(await here.run(['tasks', 'delete', '--yes'], {}, {piped: 'fix-the-login-race\n'}), /Missing <task>\./)
  })

  it('exits with 1 when some cannot be deleted, names them, and deletes the others', async () => {
    const [a, b] = [await created('A'), await created('B')]
    const human = await run('tasks', 'delete', a, 'nope', b, '--yes')
    assert.deepEqual([human.exit, human.stdout], [1, 'Deleted 2 tasks.\n'])
    assert.equal(human.stderr, 'Not deleted: nope: Task not found: nope.\n')
    const c = await created('C')
    const quiet = await run('tasks', 'delete', 'nope', c, '--yes', '--quiet')
    assert.deepEqual([quiet.exit, quiet.stdout, quiet.stderr], [1, `${c}\n`, ''])
    const d = await created('D')
    const json = await run('tasks', 'delete', 'nope', d, '--yes', '--json')
    assert.equal(json.exit, 1)
    const failed = [{task: 'nope', code: 'TASK_NOT_FOUND', message: 'Task not found: nope.'}]
    assert.deepEqual(JSON.parse(json.stdout), {deleted: [d], failed})
  })

  it('prints nothing but what failed when none was deleted', async () => {
    const none = await run('tasks', 'delete', 'nope', 'neither', '--yes')
    assert.deepEqual([none.exit, none.stdout], [1, ''])
    assert.match(none.stderr, /^Not deleted: nope: .*\nNot deleted: neither: .*\n$/)
  })

  it('fails as every command does when the one task is not there', async () => {
    const {exit, stderr} = await run('tasks', 'delete', 'nope', '--yes')
    assert.equal(exit, 1)
    assert.match(stderr, /^Error: Task not found: nope\./)
  })

  it('goes on after a task that the service refuses as invalid, and stops where all would be refused', async () => {
    const [a, b] = [await created('E'), await created('F')]
    const message = '[{"path":[],"code":"x","message":"Invalid"}]'
    const body = {error: {json: {message, code: -32_600, data: {code: 'BAD_REQUEST', httpStatus: 400}}}}
    sandbox.faults.api.add({procedure: 'task.delete', answer: {status: 400, body}})
    const invalid = await run('tasks', 'delete', a, b, '--yes', '--quiet')
    assert.deepEqual([invalid.exit, invalid.stdout], [1, `${b}\n`])

    sandbox.faults.api.add({procedure: 'task.byIdOrSlug', answer: FORBIDDEN})
    const stopped = await run('tasks', 'delete', 'a', 'b', '--yes')
    assert.deepEqual([stopped.exit, stopped.stdout, stopped.sent.length], [77, '', 1])
    assert.match(stopped.stderr, /^Error: Owners only\n {2}\(SERVICE_DENIED\)/)
  })

  it('says what was not tried once it had stopped', async () => {
    const [a, b] = [await created('I'), await created('J')]
    let asked = 0
    sandbox.faults.api.use((procedures) => {
      if (procedures[0] !== 'task.delete') return undefined
      asked += 1
      return asked === 1 ? undefined : {answer: FORBIDDEN}
    })
    const {exit, stderr, stdout} = await run('tasks', 'delete', a, b, 'fix-the-login-race', '--yes')
    assert.deepEqual([exit, stdout], [1, 'Deleted 1 task.\n'])
    assert.equal(stderr, `Not deleted: ${b}: Owners only\nNot deleted: fix-the-login-race: Not tried.\n`)
  })

  it('says where to look when nobody knows whether it was done', async () => {
    const id = await created('Perhaps gone')
    sandbox.faults.api.add({procedure: 'task.delete', cut: 'after'})
    const {exit, stderr} = await run('tasks', 'delete', id, '--yes')
    assert.equal(exit, 75)
    assert.ok(stderr.includes(`Check with \`superset tasks get ${id}\` before`), stderr)
  })
})
