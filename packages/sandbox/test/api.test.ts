import assert from 'node:assert/strict'
import {after, before, describe, it} from 'mocha'
import {approve, authorizationRequest, type Sandbox, startSandbox} from '../src/index.ts'
import {askToken, callApi, claimsOf, credentials, signIn} from './support/client.ts'

interface Task {
  readonly id: string
  readonly slug: string
  readonly title: string
  readonly assigneeId: string | null
  readonly dueDate: string | null
}

describe('the API', () => {
  let sandbox: Sandbox
  let headers: Record<string, string>

  before(async () => {
    sandbox = await startSandbox()
    headers = credentials(sandbox.apiKey, sandbox.organizations.team.id)
  })
  after(() => sandbox.close())

  const list = async (input: Record<string, unknown> = {}): Promise<string[]> => {
    const {status, data, message} = await callApi(sandbox, 'task.list', {headers, input})
    assert.equal(status, 200, message)
    return (data as Array<{task: Task}>).map(({task}) => task.title)
  }
  const create = async (body: Record<string, unknown>): Promise<Task> => {
    const {status, data, message} = await callApi(sandbox, 'task.create', {headers, body})
    assert.equal(status, 200, message)
    return (data as {task: Task}).task
  }
  const update = async (body: Record<string, unknown>): Promise<Task> => {
    const {data} = await callApi(sandbox, 'task.update', {headers, body})
    return (data as {task: Task}).task
  }

  it('knows an API key in its own header only, and calls a wrong one an internal error', async () => {
    const {apiKey} = sandbox
    assert.match(apiKey, /^sk_live_[A-Za-z]{64}$/)
    assert.equal((await callApi(sandbox, 'user.me', {headers: {'x-api-key': apiKey}})).status, 200)
    const wrong = await callApi(sandbox, 'user.me', {headers: {'x-api-key': `sk_live_${'x'.repeat(64)}`}})
    assert.deepEqual([wrong.status, wrong.message], [500, 'Invalid API key.'])
    const bearer = await callApi(sandbox, 'user.me', {headers: {authorization: `Bearer ${apiKey}`}})
    assert.deepEqual([bearer.status, bearer.message], [401, 'Not authenticated. Please sign in.'])
  })

  it('asks an API key for an organization, and a member for membership', async () => {
    const unnamed = await callApi(sandbox, 'task.list', {headers: {'x-api-key': sandbox.apiKey}})
    assert.deepEqual([unnamed.status, unnamed.message], [403, 'No active organization selected'])
    const {accessToken} = await signIn(sandbox, {user: sandbox.users.bea})
    const {acme} = sandbox.organizations
    const foreign = await callApi(sandbox, 'task.list', {headers: credentials(accessToken, acme.id)})
    assert.deepEqual([foreign.status, foreign.message], [403, `Not a member of organization ${acme.id}`])
  })

  it('does not trust tokens of a client that registered itself', async () => {
    const register = await fetch(`${sandbox.url}/api/auth/oauth2/register`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({redirect_uris: ['http://127.0.0.1:1/callback'], token_endpoint_auth_method: 'none'}),
    })
    assert.equal(register.status, 200)
    const {client_id: clientId} = (await register.json()) as {client_id: string}
    const client = {client_id: clientId, redirect_uri: 'http://127.0.0.1:1/callback'}
    const {url, verifier} = authorizationRequest(sandbox.url, client)
    const {redirect} = await approve(url, {follow: false})
    const code = redirect.searchParams.get('code') ?? ''
    const exchange = {grant_type: 'authorization_code', code, code_verifier: verifier, resource: sandbox.url}
    const {status, body} = await askToken(sandbox, {...client, ...exchange})
    assert.deepEqual([status, claimsOf(String(body['access_token']))['azp']], [200, clientId])
    const headers = credentials(String(body['access_token']))
    assert.equal((await callApi(sandbox, 'user.me', {headers})).status, 401)
  })

  it('filters tasks by what they are', async () => {
    const {admin, bea} = sandbox.users
    const {data} = await callApi(sandbox, 'task.statuses.list', {headers})
    const statuses = data as Array<{id: string; name: string}>
    const started = statuses.find(({name}) => name === 'In Progress')?.id
    await create({title: 'Rewire the shed', statusId: started, priority: 'high', dueDate: '2031-05-01T00:00:00.000Z'})
    assert.deepEqual(await list({statusId: started}), ['Rewire the shed'])
    assert.deepEqual(await list({priority: 'urgent'}), ['Fix the login race'])
    assert.deepEqual(await list({assigneeId: bea.id}), ['Añadir soporte UTF-8 ✓ 日本語'])
    assert.deepEqual(await list({assigneeMe: true}), ['Fix the login race'])
    assert.deepEqual(await list({assigneeId: admin.id, priority: 'low'}), [])
    const late = {dueDateFrom: '2031-05-01T02:00:00+02:00', dueDateTo: '2031-05-02T00:00:00Z'}
    assert.deepEqual(await list(late), ['Rewire the shed'])
    assert.deepEqual(await list({...late, dueDateFrom: '2031-05-01T02:00:01+02:00'}), [])
  })

  it('searches text as it is, with no wildcards', async () => {
    await create({title: '100% done_ish', description: String.raw`C:\temp`})
    assert.deepEqual(await list({search: '%'}), ['100% done_ish'])
    assert.deepEqual(await list({search: '_i'}), ['100% done_ish'])
    assert.deepEqual(await list({search: String.raw`:\t`}), ['100% done_ish'])
    assert.deepEqual(await list({search: 'LOGIN'}), ['Fix the login race'])
    assert.deepEqual(await list({search: `' OR 1=1 --`}), [])
  })

  it('sorts and pages', async () => {
    const byRank = await list({sortBy: 'priority', sortOrder: 'desc'})
    assert.equal(byRank[0], 'Fix the login race')
    const all = await list()
    assert.deepEqual(await list({limit: 2, offset: 1}), all.slice(1, 3))
    const oldestFirst = await list({sortBy: 'createdAt', sortOrder: 'asc'})
    assert.deepEqual(oldestFirst, all.toReversed())
    const byDate = await list({sortBy: 'dueDate', sortOrder: 'asc', limit: 1})
    assert.deepEqual(byDate, ['Plan the next sprint'])
  })

  it('makes slugs that are free', async () => {
    const titles = ['Twice', 'twice!', '日本語', '日本語']
    const slugs = []
    for (const title of titles) slugs.push((await create({title})).slug)
    assert.deepEqual(slugs, ['twice', 'twice-2', 'task', 'task-2'])
  })

  it('clears with null, keeps what is absent, and unassigns for an undefined assignee', async () => {
    const {admin} = sandbox.users
    const {id} = await create({title: 'Clear me', assigneeId: admin.id, dueDate: '2030-01-01T00:00:00.000Z'})
    const kept = await update({id, title: 'Cleared'})
    assert.deepEqual([kept.assigneeId, kept.dueDate], [admin.id, '2030-01-01T00:00:00.000Z'])
    assert.equal((await update({id, dueDate: null})).dueDate, null)
    const response = await fetch(`${sandbox.url}/api/trpc/task.update`, {
      method: 'POST',
      headers: {...headers, 'content-type': 'application/json'},
      body: JSON.stringify({json: {id, assigneeId: null}, meta: {values: {assigneeId: ['undefined']}, v: 1}}),
    })
    const answer = (await response.json()) as {result: {data: {json: {task: Task}}}}
    assert.equal(answer.result.data.json.task.assigneeId, null)
  })

  it('forgets a deleted task', async () => {
    const {id, slug} = await create({title: 'Short-lived'})
    assert.equal((await callApi(sandbox, 'task.delete', {headers, body: id})).status, 200)
    assert.equal((await callApi(sandbox, 'task.byIdOrSlug', {headers, input: slug})).data, null)
    assert.equal((await callApi(sandbox, 'task.byIdOrSlug', {headers, input: id})).data, null)
    assert.deepEqual(await list({search: 'Short-lived'}), [])
    assert.equal((await callApi(sandbox, 'task.delete', {headers, body: id})).status, 404)
    assert.equal((await callApi(sandbox, 'task.delete', {headers, body: slug})).status, 400)
  })

  it('hides tasks of organizations that the caller does not belong to', async () => {
    const inAcme = credentials(sandbox.apiKey, sandbox.organizations.acme.id)
    const {data} = await callApi(sandbox, 'task.byIdOrSlug', {headers: inAcme, input: 'acme-only-task'})
    const {id} = data as Task
    const {accessToken} = await signIn(sandbox, {user: sandbox.users.bea})
    const asBea = credentials(accessToken)
    assert.equal((await callApi(sandbox, 'task.byIdOrSlug', {headers: asBea, input: id})).data, null)
    assert.equal((await callApi(sandbox, 'task.update', {headers: asBea, body: {id, title: 'mine'}})).status, 404)
    assert.equal((await callApi(sandbox, 'task.delete', {headers: asBea, body: id})).status, 404)
  })
})
