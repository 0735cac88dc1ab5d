import assert from 'node:assert/strict'
import {after, before, describe, it} from 'mocha'
import {type Sandbox, startSandbox} from '../src/index.ts'
import {callApi, credentials, signIn} from './support/client.ts'

interface Automation {
  readonly id: string
  readonly enabled: boolean
  readonly nextRunAt: string | null
  readonly scheduleText: string | null
  readonly v2WorkspaceId: string | null
}

describe('automations', () => {
  let sandbox: Sandbox
  let headers: Record<string, string>

  before(async () => {
    sandbox = await startSandbox()
    const {accessToken} = await signIn(sandbox, {organization: sandbox.organizations.team.id})
    headers = credentials(accessToken)
  })
  after(() => sandbox.close())

  const call = async (procedure: string, body: unknown, as = headers) =>
    callApi(sandbox, `automation.${procedure}`, {headers: as, body})
  const ask = async (procedure: string, input?: unknown, as = headers) =>
    callApi(sandbox, `automation.${procedure}`, {headers: as, input})
  const create = async (extra: Record<string, unknown> = {}): Promise<Automation> => {
    const given = {name: 'nightly', prompt: 'go', agent: 'claude', rrule: 'FREQ=DAILY;BYHOUR=3', timezone: 'UTC'}
    const {data, status, message} = await call('create', {...given, ...extra})
    assert.equal(status, 200, message)
    return data as Automation
  }

  it('run on their host and leave a log of their runs', async () => {
    const host = await sandbox.startHost()
    const {id} = await create({targetHostId: host.id})
    const {data} = await call('runNow', {id})
    assert.equal((data as {automationId: string}).automationId, id)
    assert.equal(host.state.workspaces[0]?.type, 'session')
    assert.match(host.state.terminals[0]?.text ?? '', /claude go/)
    host.online = false
    const offline = await call('runNow', {id})
    assert.deepEqual([offline.status, offline.message], [412, 'target host offline'])
    const runs = await ask('listRuns', {automationId: id})
    assert.deepEqual(
      (runs.data as Array<{status: string; terminalSessionId: string | null}>).map(({status}) => status),
      ['skipped_offline', 'dispatched'],
    )
    await call('setPrompt', {id, prompt: ' '})
    assert.equal((await call('runNow', {id})).message, 'Automation has no instructions')
  })

  it('are read by all members and changed by their owner only', async () => {
    const {id} = await create()
    const bea = credentials((await signIn(sandbox, {user: sandbox.users.bea})).accessToken)
    assert.equal((await ask('get', {id}, bea)).status, 200)
    assert.deepEqual((await ask('getPrompt', {id}, bea)).data, {id, prompt: 'go'})
    const changes = [
      ['update', {id, name: 'mine'}],
      ['setEnabled', {id, enabled: false}],
      ['setPrompt', {id, prompt: 'mine'}],
      ['runNow', {id}],
      ['delete', {id}],
    ] as const
    for (const [procedure, body] of changes) {
      const {status, message} = await call(procedure, body, bea)
      assert.deepEqual([status, message], [404, 'Automation not found'], procedure)
    }

    const elsewhere = {...headers, 'x-superset-organization-id': sandbox.organizations.acme.id}
    assert.equal((await ask('get', {id}, elsewhere)).status, 404)
  })

  it('refuse hosts that they cannot use, and schedules that make no sense', async () => {
    const given = {name: 'x', prompt: '', agent: 'claude', rrule: 'FREQ=DAILY', timezone: 'UTC'}
    const own = await sandbox.startHost({owner: sandbox.users.bea.id})
    const workspace = {v2WorkspaceId: '11111111-1111-4111-8111-111111111111'}
    const refused = [
      [{...given, targetHostId: 'f'.repeat(32)}, 404, /^Host f{32} is not registered in this organization$/],
      [{...given, targetHostId: own.id}, 403, /^You don't have access to this host$/],
      [{...given, ...workspace}, 404, /^Workspace not found$/],
      [{...given, rrule: 'FREQ=NOPE'}, 500, /^Invalid frequency: undefined undefined$/],
      [{...given, rrule: 'FREQ=DAILY;UNTIL=20200101T000000Z'}, 500, /^Recurrence has no future occurrences$/],
      [{...given, timezone: 'Mars/Base'}, 400, /Invalid IANA timezone name/],
      [{...given, timezone: undefined}, 400, /A schedule needs a timezone/],
      [{...given, rrule: undefined}, 400, /Provide either a trigger set or a schedule/],
    ] as const
    for (const [body, status, message] of refused) {
      const answer = await call('create', body)
      assert.equal(answer.status, status, answer.message)
      assert.match(answer.message ?? '', message)
    }
  })

  it('reckon their next run in their time zone, and have none without a schedule', async () => {
    const {id, nextRunAt, scheduleText} = await create({
      timezone: 'Asia/Tokyo',
      rrule: 'FREQ=DAILY;BYHOUR=3;BYMINUTE=0',
    })
    assert.match(nextRunAt ?? '', /T18:00:\d\d\.000Z$/)
    assert.equal(scheduleText, 'Daily at 3:00 AM')
    const {data} = await call('update', {id, timezone: 'UTC', rrule: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=15'})
    const moved = data as Automation
    assert.match(moved.nextRunAt ?? '', /T15:\d\d:\d\d\.000Z$/)
    assert.equal(new Date(moved.nextRunAt ?? '').getUTCDay(), 1)
    assert.equal(moved.scheduleText, 'Mondays at 3:00 PM')
    const preview = await call('validateRrule', {rrule: 'FREQ=HOURLY', timezone: 'Europe/Berlin'})
    const {nextRuns} = preview.data as {nextRuns: string[]}
    const hours = nextRuns.map((run) => Date.parse(run) / 3_600_000)
    assert.deepEqual(
      hours.map((hour) => hour - (hours[0] ?? 0)),
      [0, 1, 2, 3, 4],
    )
    const eventDriven = await create({rrule: undefined, triggers: []})
    assert.deepEqual([eventDriven.nextRunAt, eventDriven.scheduleText], [null, null])
  })

  it('lose their workspace when they move to another host', async () => {
    const [here, there] = [await sandbox.startHost(), await sandbox.startHost()]
    const v2WorkspaceId = '11111111-1111-4111-8111-111111111111'
    const {id} = await create({targetHostId: here.id, v2WorkspaceId})
    const moved = await call('update', {id, targetHostId: there.id})
    assert.equal((moved.data as Automation).v2WorkspaceId, null)
  })
})

describe('what no client can make', () => {
  it('tasks of another tracker are found by their project, cycle and day', async () => {
    await using sandbox = await startSandbox()
    const headers = credentials(sandbox.apiKey, sandbox.organizations.team.id)
    const external = {externalProjectId: 'p1', externalProjectName: 'Apollo', externalCycleId: 'c1'}
    sandbox.addTasks([
      {title: 'Land', external, dueDate: new Date('2031-01-02')},
      {title: 'Lift off', external: {externalProjectId: 'p2', externalProjectName: 'Soyuz'}},
    ])
    const titles = async (input: Record<string, unknown>) => {
      const {data} = await callApi(sandbox, 'task.list', {headers, input})
      return (data as Array<{task: {title: string}}>).map(({task}) => task.title)
    }
    assert.deepEqual(await titles({externalProjectId: 'p1'}), ['Land'])
    assert.deepEqual(await titles({externalProjectName: 'soy'}), ['Lift off'])
    assert.deepEqual(await titles({externalCycleId: 'c1'}), ['Land'])
    assert.deepEqual(await titles({dueDateFrom: '2031-01-02T00:00:00Z', dueDateTo: '2031-01-03T00:00:00Z'}), ['Land'])
    assert.deepEqual((await titles({})).slice(0, 2), ['Land', 'Lift off'])
  })
})

describe('feedback', () => {
  it('arrives with who sent it', async () => {
    await using sandbox = await startSandbox()
    const headers = credentials(sandbox.apiKey, sandbox.organizations.team.id)
    const body = {type: 'bug', title: 'x', body: 'y', appVersion: '1.0.0', os: 'linux'}
    const {status, data} = await callApi(sandbox, 'support.submitFeedback', {headers, body})
    assert.deepEqual([status, data], [200, null])
    const organizationId = sandbox.organizations.team.id
    assert.deepEqual(sandbox.feedback, [{...body, userId: sandbox.users.admin.id, organizationId}])
    const attachments = [{filename: 'a', contentBase64: 'x'.repeat(14_000_001)}]
    const large = await callApi(sandbox, 'support.submitFeedback', {headers, body: {...body, attachments}})
    assert.deepEqual([large.status, sandbox.feedback.length], [400, 1])
  })
})
