import assert from 'node:assert/strict'
import {isProblem} from '@superset/identity'
import {type Api, connect} from '../../../src/service/client.ts'
import {actingOrganization, listOrganizations, switchOrganization} from '../../../src/service/organizations.ts'
import {createTask, deletionOfTasks, getTask, updateTask} from '../../../src/service/tasks.ts'
import {userIdOf} from '../../../src/service/people.ts'
import {type TaskFilter, taskPages} from '../../../src/service/task-list.ts'
import {withoutNetwork} from '../../support/without-network.ts'
import {type Answer, type Answering, answeringHere, type Received, result, sessionAt, trpcError} from './answering.ts'

const TASK = {id: 'id-1', slug: 'fix-login', title: 'Fix login', priority: 'brand-new', externalProjectName: null}
const ACME = {id: '0b1c0000-0000-4000-8000-000000000001', name: 'Acme', slug: 'acme', logo: null}
const OTHER = {id: '0b1c0000-0000-4000-8000-000000000002', name: 'Other', slug: 'other', logo: null}

describe('the operations of the service', () => {
  let server: Answering | undefined
  withoutNetwork()

  /** Answers by procedure. */
  function api(
    answers: Record<string, Answer | ((received: Received) => Answer)>,
    session: Parameters<typeof sessionAt>[1] = {},
  ): Promise<Api> {
    server = answeringHere((received) => {
      const {path} = received
      const answer = answers[path] ?? trpcError(404, 'NOT_FOUND', `No procedure found on path "${path}"`)
      return typeof answer === 'function' ? answer(received) : answer
    })
    return connect({session: sessionAt(server.origin, session), version: '1', wait: async () => undefined})
  }

  /** The first page. */
  const listTasks = async (service: Api, filter: TaskFilter) =>
    (await taskPages(service, filter))({limit: 50, offset: 0})

  const inputs = () => server?.received.map(({input, path}) => [path, (input as {json?: unknown} | undefined)?.json])

  it('lists tasks with names in the place of ids, and keeps what it does not know', async () => {
    const row = {
      task: {...TASK, later: 1},
      assignee: {id: 'u', name: 'Ada', image: null},
      creator: null,
      statusName: 'Todo',
    }
    const [task] = await listTasks(await api({'task.list': result([row])}), {})
    assert.deepEqual(task, {...TASK, later: 1, status: 'Todo', assignee: 'Ada', project: null})
  })

  it('refuses a list that is none', async () => {
    await assert.rejects(listTasks(await api({'task.list': result({})}), {}), {code: 'SERVICE_ANSWER', exit: 78})
    await assert.rejects(listTasks(await api({'task.list': result(['x'])}), {}), {code: 'SERVICE_ANSWER'})
  })

  for (const [filter, asked, found] of [
    // What is found by its id is not looked for by its name.
    [{project: 'p-1'}, [{externalProjectId: 'p-1'}], 1],
    [
      {project: 'website'},
      [{externalProjectId: 'website'}, {externalProjectName: 'website'}, {externalProjectId: 'p-1'}],
      1,
    ],
    [{project: 'nope'}, [{externalProjectId: 'nope'}, {externalProjectName: 'nope'}], 0],
    [{cycle: 'sprint 12'}, [{externalCycleId: 'sprint 12'}, {sortBy: 'updatedAt'}, {externalCycleId: 'c-1'}], 1],
    [{project: ACME.id}, [{externalProjectId: ACME.id}], 0],
  ] as const satisfies readonly (readonly [TaskFilter, readonly object[], number])[]) {
    it(`finds what people call a project or a cycle: ${JSON.stringify(filter)}`, async () => {
      const task = {...TASK, externalProjectId: 'p-1', externalProjectName: 'Website', externalCycleId: 'c-1'}
      const rows = result([{task: {...task, externalCycleName: 'Sprint 12'}}])
      const service = await api({
        'task.list'({input}) {
          const {externalCycleId, externalProjectId, externalProjectName} = (input as {json: Record<string, string>})
            .json
          const isThere =
            (externalProjectId ?? 'p-1') === 'p-1' &&
            (externalCycleId ?? 'c-1') === 'c-1' &&
            /^web/i.test(externalProjectName ?? 'web')
          return isThere ? rows : result([])
        },
      })
      const read = await taskPages(service, filter)
      assert.equal((await read({limit: 50, offset: 0})).length, found)
      assert.deepEqual(
        inputs()?.map(([, input]) => {
          const {limit: _limit, offset: _offset, ...rest} = input as Record<string, unknown>
          return rest
        }),
        asked,
      )
    })
  }

  it('refuses the name of two projects', async () => {
    const task = (id: string) => ({task: {...TASK, externalProjectId: id, externalProjectName: 'Twice'}})
    const service = await api({
      'task.list': ({input}) =>
        result(
          (input as {json: object}).json && 'externalProjectName' in (input as {json: object}).json
            ? [task('a'), task('b')]
            : [],
        ),
    })
    await assert.rejects(listTasks(service, {project: 'twice'}), {code: 'NAME_AMBIGUOUS', exit: 2})
  })

  it('row 93: a task that is not there', async () => {
    await assert.rejects(getTask(await api({'task.byIdOrSlug': result(null)}), 'nope'), {
      code: 'TASK_NOT_FOUND',
      exit: 1,
      message: 'Task not found: nope.',
    })
  })

  it('creates without the fields that were not given, and drops the transaction id', async () => {
    const service = await api({'task.create': result({task: TASK, txid: 7})})
    const task = await createTask(service, {title: 'Fix login', assignee: undefined})
    assert.deepEqual(inputs(), [['task.create', {title: 'Fix login'}]])
    assert.equal('txid' in task, false)
  })

  it('updates by id, and empties what is to be cleared', async () => {
    const service = await api({'task.byIdOrSlug': result(TASK), 'task.update': result({task: TASK, txid: 8})})
    await updateTask(service, 'fix-login', {priority: 'low'}, ['due-date', 'assignee'])
    assert.deepEqual(inputs()?.[1], ['task.update', {id: 'id-1', priority: 'low', dueDate: null, assigneeId: null}])
  })

  it('deletes what can be deleted and names the rest', async () => {
    const service = await api({
      'task.byIdOrSlug': ({input}) => {
        const slug = (input as {json: string}).json
        return result(slug === 'gone' ? null : {...TASK, id: `id-${slug}`})
      },
      'task.delete': result({txid: 1}),
    })
    const {deleted, failed} = await deletionOfTasks(async () => service, ['a', 'gone', 'b', 'a']).run()
    assert.deepEqual(deleted, ['id-a', 'id-b'])
    assert.deepEqual(failed, [{task: 'gone', code: 'TASK_NOT_FOUND', message: 'Task not found: gone.'}])
  })

  it('stops deleting when the session is no good, and says what was not tried', async () => {
    let deletions = 0
    const service = await api({
      'task.byIdOrSlug': result(TASK),
      'task.delete'() {
        deletions += 1
        return deletions === 1 ? result({txid: 1}) : trpcError(401, 'UNAUTHORIZED', 'no')
      },
    })
    const {deleted, failed} = await deletionOfTasks(async () => service, ['a', 'b', 'c']).run()
    assert.equal(deleted.length, 1)
    assert.deepEqual(
      failed.map(({code, task}) => [task, code]),
      [
        ['b', 'AUTH_REFUSED'],
        ['c', 'NOT_TRIED'],
      ],
    )
    assert.equal(deletions, 2)
  })

  it('fails as a whole when nothing was deleted for one reason', async () => {
    const service = await api({'task.byIdOrSlug': trpcError(401, 'UNAUTHORIZED', 'no')})
    await assert.rejects(deletionOfTasks(async () => service, ['a', 'b']).run(), {code: 'AUTH_REFUSED', exit: 4})
  })

  it('looks no more up for a question once nothing can be', async () => {
    const service = await api({'task.byIdOrSlug': trpcError(401, 'UNAUTHORIZED', 'no')})
    assert.deepEqual(await deletionOfTasks(async () => service, ['a', 'b']).preview(), [])
    assert.equal(server?.received.length, 1)
  })

  it('finds a member among those whose name has the text, and who was meant among all', async () => {
    const ada = {id: ACME.id, name: 'Ada', email: 'ada@acme.test'}
    const service = await api({
      'organization.members.list': ({input}) => {
        const {search} = (input as {json: {search?: string}}).json
        return result(search === undefined || search === 'ada' ? [ada] : [])
      },
      'user.me': result({}),
    })
    assert.equal(await userIdOf(service, ' ada '), ACME.id)
    assert.equal(await userIdOf(service, OTHER.id), OTHER.id)
    await assert.rejects(userIdOf(service, 'aad'), {code: 'MEMBER_UNKNOWN', exit: 1})
    await assert.rejects(userIdOf(service, ' '), {code: 'MEMBER_UNKNOWN'})
    await assert.rejects(userIdOf(service, '@me'), {code: 'SERVICE_ANSWER', message: /user\.me/})
    assert.deepEqual(inputs(), [
      ['organization.members.list', {search: 'ada', limit: 100}],
      ['organization.members.list', {search: 'aad', limit: 100}],
      ['organization.members.list', {limit: 100}],
      ['organization.members.list', {limit: 100}],
      ['user.me', undefined],
    ])
  })

  it('marks the organization that commands act on', async () => {
    const rows = {'user.myOrganizations': result([ACME, OTHER]), 'user.myOrganization': result(OTHER)}
    const active = async (service: Api) => (await listOrganizations(service)).map((one) => one.active)
    assert.deepEqual(await active(await api(rows)), [false, true])
    assert.deepEqual(await active(await api(rows, {organization: {value: ACME.id, source: 'config'}})), [true, false])
    assert.deepEqual(await active(await api(rows, {organization: {value: 'Acme', source: 'config'}})), [true, false])
    assert.deepEqual(await active(await api(rows, {organization: {value: 'left', source: 'config'}})), [false, false])
  })

  it('switches by id or slug, and remembers the id', async () => {
    const kept: string[] = []
    const select = {selectOrganization: async (id: string) => void kept.push(id)}
    const service = await api({'user.myOrganizations': result([ACME, OTHER])}, select)
    await switchOrganization(service, 'other')
    await switchOrganization(service, ACME.id)
    await switchOrganization(service, 'ACME')
    assert.deepEqual(kept, [OTHER.id, ACME.id, ACME.id])
    await assert.rejects(switchOrganization(service, 'Acme Ltd'), {code: 'ORGANIZATION_UNKNOWN', exit: 1})
  })

  it('says what to do where no organization can be remembered', async () => {
    const service = await api({'user.myOrganizations': result([ACME])}, {source: 'env:SUPERSET_API_KEY'})
    await assert.rejects(switchOrganization(service, 'acme'), (error) => {
      assert.ok(isProblem(error))
      assert.equal(error.code, 'ORGANIZATION_NOT_KEPT')
      assert.match(error.suggestions.join(' '), new RegExp(`SUPERSET_ORGANIZATION_ID=${ACME.id}`))
      return true
    })
  })

  for (const [source, from] of [
    ['flag', '--organization'],
    ['env:SUPERSET_ORGANIZATION_ID', 'SUPERSET_ORGANIZATION_ID'],
    ['config', 'your configuration'],
  ] as const) {
    it(`row 91b: looks up a slug, whoever wrote it, and says who wrote what is none: ${source}`, async () => {
      const service = await api({'user.myOrganizations': result([ACME])})
      const acting = (value: string) =>
        actingOrganization({...service.session, organization: {value, source}}, async () => service)
      assert.equal(await acting('acme'), ACME.id)
      assert.equal(await acting(ACME.id), ACME.id)
      assert.equal(server?.received.length, 1, 'an id is not looked up')
      const message = `You are not a member of organization nope (from ${from}).`
      await assert.rejects(acting('nope'), {code: 'ORGANIZATION_UNKNOWN', exit: 1, message})
    })
  }
})
