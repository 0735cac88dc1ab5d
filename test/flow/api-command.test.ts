import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {refused, succeeded} from '../support/commands-here.ts'
import {failed, HostsHere} from '../support/hosts-here.ts'

describe('api', () => {
  let here: HostsHere
  before(async () => {
    here = await HostsHere.create()
    here.host.state.addProject({name: 'demo', repoPath: '/code/demo'})
    await writeFile(path.join(here.homeDir, 'text'), 'from a file\n')
    await writeFile(path.join(here.homeDir, 'input.json'), '{"limit": 2}')
  })
  after(() => here.close())

  /** What was sent for these fields, of a query that takes anything. */
  async function sent(...flags: string[]): Promise<unknown> {
    const {sent: all} = await here.run(['api', 'task.list', ...flags])
    return all[0]?.input
  }

  for (const [fields, input] of [
    [['limit=5', 'assigneeMe=true'], {limit: 5, assigneeMe: true}],
    [['a=false', 'b=null', 'c=1.5', 'd=-2', 'e=1e3'], {a: false, b: null, c: 1.5, d: -2, e: 1000}],
    [['a=', 'b=True', 'c=01', 'd=1 ', 'e=a=b'], {a: '', b: 'True', c: '01', d: '1 ', e: 'a=b'}],
    [['id=12345678901234567890'], {id: '12345678901234567890'}],
    [['a.b=1', 'a.c.d=x', 'a.c.e=y'], {a: {b: 1, c: {d: 'x', e: 'y'}}}],
    [['a[]=1', 'a[]=x', 'b.c[]=true'], {a: [1, 'x'], b: {c: [true]}}],
  ] as const) {
    it(`types fields as they look: ${fields.join(' ')}`, async () => {
      assert.deepEqual(await sent(...fields.flatMap((field) => ['--field', field])), input)
    })
  }

  it('takes text and input from files and standard input', async () => {
    assert.deepEqual(await sent('-F', `search=@${path.join(here.homeDir, 'text')}`), {search: 'from a file\n'})
    assert.deepEqual(await sent('--input', `@${path.join(here.homeDir, 'input.json')}`), {limit: 2})
    assert.deepEqual(await sent('--input', '{"limit": 3}'), {limit: 3})
    assert.equal(await sent(), undefined)
  })

  it('prints the answer as it is, of a query and of a change', async () => {
    const task = JSON.parse(
      succeeded(await here.run(['api', 'task.byIdOrSlug', '--input', '"fix-the-login-race"'])),
    ) as {
      id: string
      priority: string
    }
    assert.equal(task.priority, 'urgent')
    const change = ['api', 'task.update', '--mutation', '-F', `id=${task.id}`, '-F', 'priority=low']
    const {task: changed} = await here.json<{task: {priority: string}}>(...change)
    assert.equal(changed.priority, 'low')
    assert.equal(succeeded(await here.run(['api', 'task.byIdOrSlug', '--input', '"nobody"'])), 'null\n')
    assert.equal(succeeded(await here.run(['api', 'task.byIdOrSlug', '--input', `"${task.id}"`, '-q'])), `${task.id}\n`)
  })

  it('asks a host', async () => {
    for (const host of ['local', 'Laptop', here.host.id])
      assert.match(succeeded(await here.run(['api', 'project.list', '--host', host])), /"name": "demo"/)
    assert.equal(succeeded(await here.run(['api', 'project.list', '--host', 'Linux Box'])), '[]\n')
  })

  it('says what the server does not know, and what it refuses', async () => {
    failed(await here.run(['api', 'no.such']), 78, 'SERVICE_PROCEDURE_UNKNOWN')
    failed(await here.run(['api', 'no.such', '--host', 'local']), 78, 'SERVICE_PROCEDURE_UNKNOWN')
    failed(await here.run(['api', 'task.list', '-F', 'limit=x']), 2, 'SERVICE_INVALID')
    failed(await here.run(['api', 'task.delete', '--input', '"x"']), 78, 'SERVICE_PROCEDURE_UNKNOWN')
  })

  for (const [flags, message] of [
    [['--field', 'x'], /not of the form key=value/],
    [['--field', '=x'], /not of the form key=value/],
    [['--field', 'a..b=1'], /no such key/],
    [['--field', '__proto__.x=1'], /no such key/],
    [['--field', 'a.constructor=1'], /no such key/],
    [['--field', 'a=1', '--field', 'a.b=1'], /is given twice/],
    [['--field', 'a.b=1', '--field', 'a=1'], /is given twice/],
    [['--field', 'a=1', '--field', 'a[]=1'], /is given twice/],
    [['--field', 'a=@/no/such/file'], /no such file/],
    [['--input', '{'], /--input is not JSON/],
    [['--input', '{}', '--field', 'a=1'], /--input/],
  ] as const) {
    it(`refuses ${flags.join(' ')}`, async () => {
      refused(await here.run(['api', 'task.list', ...flags]), message)
    })
  }
})
