import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {CommandsHere, refused, succeeded} from '../support/commands-here.ts'

/** A list of the service, as JSON. */
type Rows = readonly Readonly<Record<string, unknown>>[]

describe('tasks get', () => {
  let sandbox: Sandbox
  let here: CommandsHere
  before(async () => {
    sandbox = await startSandbox()
    here = await CommandsHere.create(sandbox)
  })
  after(() => sandbox.close())
  afterEach(() => sandbox.faults.api.clear())

  const run = (...line: string[]) => here.run(line)

  async function stored(id: string): Promise<Rows[number]> {
    return JSON.parse(succeeded(await run('tasks', 'get', id, '--json'))) as Rows[number]
  }

  it('shows what a task has, by slug and by id, and its id with --quiet', async () => {
    const {sent, ...shown} = await run('t', 'get', 'fix-the-login-race')
    const text = succeeded({...shown, sent})
    assert.match(text, /^fix-the-login-race: Fix the login race\nStatus +[\da-f-]{36}\nPriority +urgent\nAssignee +/)
    assert.doesNotMatch(text, /Due|Labels/, 'nothing of what it does not have')
    assert.deepEqual(
      sent.map(({input, procedure}) => [procedure, input]),
      [['task.byIdOrSlug', 'fix-the-login-race']],
    )
    const id = succeeded(await run('tasks', 'get', 'fix-the-login-race', '-q')).trim()
    assert.equal((await stored(id))['slug'], 'fix-the-login-race')
  })

  it('says names beside ids to a person at a terminal, and goes without them where they cannot be had', async () => {
    const line = ['tasks', 'get', 'plan-the-next-sprint']
    const {sent, ...shown} = await here.run(line, {}, {columns: 100})
    const text = succeeded({...shown, sent})
    assert.match(text, /^Status +Backlog \([\da-f-]{36}\)$/m)
    assert.match(text, /^Due +in 6 days \(\S+Z\)$/m)
    assert.ok(text.includes(`Bea Member (${sandbox.users.bea.id})`), text)
    assert.match(text, /\n\nWith everybody\.\n$/)
    assert.deepEqual(sent.map(({procedure}) => procedure).toSorted(), [
      'organization.members.list',
      'task.byIdOrSlug',
      'task.statuses.list',
    ])
    for (const procedure of ['organization.members.list', 'task.statuses.list'])
      sandbox.faults.api.add({procedure, answer: {status: 403, body: 'no'}, times: 9})
    const without = succeeded(await here.run(line, {}, {columns: 100}))
    assert.match(without, /^Status +[\da-f-]{36}$/m)
  })

  it('prints the address of its page, and opens nothing where nobody sits', async () => {
    assert.equal(
      succeeded(await run('tasks', 'get', 'fix-the-login-race', '--web')),
      'https://app.example.test/tasks/fix-the-login-race\n',
    )
    refused(await run('tasks', 'get', 'fix-the-login-race', '--web', '--quiet'), /cannot be used together/)
  })

  it('opens its page for a person, with what BROWSER names', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'browser-'))
    const file = path.join(folder, 'address')
    const before = process.env['BROWSER']
    process.env['BROWSER'] = `/nonexistent:sh -c 'printf %%s "$1" > ${file}' sh %s`
    try {
      await here.run(['tasks', 'get', 'fix-the-login-race', '--web'], {}, {answer: ''})
      for (let tries = 0; tries < 200 && !existsSync(file); tries++) await delay(20)
      for (let tries = 0; tries < 200 && readFileSync(file, 'utf8') === ''; tries++) await delay(20)
      assert.equal(readFileSync(file, 'utf8'), 'https://app.example.test/tasks/fix-the-login-race')
    } finally {
      if (before === undefined) delete process.env['BROWSER']
      else process.env['BROWSER'] = before
      rmSync(folder, {recursive: true})
    }
  })

  it('says that there is none, and where to look', async () => {
    const {exit, stderr, stdout} = await run('tasks', 'get', 'nope')
    assert.deepEqual([exit, stdout], [1, ''])
    assert.match(stderr, /^Error: Task not found: nope\.\n {2}Run `superset tasks list`.*\n {2}\(TASK_NOT_FOUND\)\n$/)
  })

  it('needs one task, and takes no two', async () => {
    refused(
      await here.run(['tasks', 'get'], {}, {piped: 'fix-the-login-race\n'}),
      /Missing <task>\.\n {2}Example: superset tasks get fix-login\n/,
    )
    refused(await run('tasks', 'get', 'a', 'b'), /Unexpected argument: b/)
  })
})
