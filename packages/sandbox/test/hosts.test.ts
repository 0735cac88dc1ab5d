import assert from 'node:assert/strict'
import {mkdtempDisposable, readFile, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {kill} from 'node:process'
import {after, before, describe, it} from 'mocha'
import {type Host, type HostOptions, type Leftover, type Sandbox, startSandbox} from '../src/index.ts'
import {callApi, credentials, signIn} from './support/client.ts'

interface Answer {
  readonly status: number
  readonly data?: unknown
  readonly error?: {readonly message: string; readonly data: Readonly<Record<string, unknown>>}
}

/** One call in the single form, at a host or through the relay; with `body` a mutation. */
async function call(base: string, procedure: string, bearer?: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${base}/trpc/${procedure}`, {
    headers: {
      ...(bearer && {authorization: `Bearer ${bearer}`}),
      'content-type': 'application/json',
      'x-superset-client-machine-id': 'f'.repeat(32),
    },
    ...(body !== undefined && {method: 'POST', body: JSON.stringify({json: body})}),
  })
  const answer = (await response.json()) as {result?: {data: {json: unknown}}; error?: {json: Answer['error']}}
  const {status} = response
  return answer.error ? {status, error: answer.error.json!} : {status, data: answer.result?.data.json}
}

describe('a host service of the sandbox', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  it('answers its health to everybody and all else to its own secret only', async () => {
    const host = await sandbox.startHost()
    assert.match(host.id, /^[\da-f]{32}$/)
    assert.equal((await call(host.url, 'health.check')).status, 200)
    for (const bearer of [undefined, 'wrong', sandbox.apiKey]) {
      const {status, error} = await call(host.url, 'project.list', bearer)
      assert.deepEqual([status, error?.message], [401, 'Invalid or missing authentication token.'])
    }

    assert.equal((await call(host.url, 'project.list', host.bearer)).status, 200)
    const last = host.requests.at(-1)
    assert.deepEqual([last?.via, last?.authenticated, last?.machineId], ['loopback', true, 'f'.repeat(32)])
  })

  it('writes down what it was given, and misbehaves by procedure', async () => {
    const host = await sandbox.startHost()
    sandbox.faults.host.add({procedure: 'project.list', answer: {status: 500, body: 'broken'}})
    await call(host.url, 'workspace.delete', host.bearer, {id: 'nobody'})
    assert.deepEqual(host.requests.at(-1)?.inputs, [{json: {id: 'nobody'}}])
    await assert.rejects(call(host.url, 'project.list', host.bearer), SyntaxError)
    assert.equal((await call(host.url, 'project.list', host.bearer)).status, 200)
  })

  it('deletes what it does not know, but nothing that it needs', async () => {
    const host = await sandbox.startHost()
    const {project, main} = host.state.addProject({name: 'demo', repoPath: '/code/demo'})
    const unknown = await call(host.url, 'workspace.delete', host.bearer, {id: 'nobody'})
    assert.deepEqual([unknown.status, (unknown.data as {worktreeRemoved: boolean}).worktreeRemoved], [200, false])
    assert.equal((await call(host.url, 'workspace.delete', host.bearer, {id: main.id})).status, 400)
    const again = await call(host.url, 'project.create', host.bearer, {
      name: 'demo',
      mode: {kind: 'importLocal', repoPath: '/code/demo'},
    })
    assert.deepEqual(again.data, {
      ...{projectId: project.id, mainWorkspaceId: main.id},
      ...{repoPath: '/code/demo', created: false},
    })
  })

  it('makes the workspace although an agent does not start, and gives it what was uploaded', async () => {
    const host = await sandbox.startHost({checkPaths: true})
    const {project} = host.state.addProject({name: 'demo', repoPath: '/code/demo'})
    const upload = {data: {kind: 'base64', data: 'aGk='}, mediaType: 'text/plain', originalFilename: 'a.txt'}
    const {attachmentId} = (await call(host.url, 'attachments.upload', host.bearer, upload)).data as {
      attachmentId: string
    }
    const agents = [
      {agent: 'claude', prompt: 'go', attachmentIds: [attachmentId]},
      {agent: 'nope', prompt: 'go'},
    ]
    const made = await call(host.url, 'workspaces.create', host.bearer, {projectId: project.id, name: 'A b', agents})
    const {workspace, agents: launched} = made.data as {
      workspace: {branch: string}
      agents: Array<{ok: boolean; error?: string}>
    }
    assert.equal(workspace.branch, 'a-b')
    assert.deepEqual(
      launched.map(({ok}) => ok),
      [true, false],
    )
    assert.match(launched[1]?.error ?? '', /^No host agent config matching 'nope'/)
    const missing = {name: 'x', mode: {kind: 'importLocal', repoPath: '/no/such/folder'}}
    const refused = await call(host.url, 'project.create', host.bearer, missing)
    assert.deepEqual([refused.status, refused.error?.message], [400, 'Path does not exist: /no/such/folder'])
  })

  it('knows its terminals by their workspace', async () => {
    const host = await sandbox.startHost()
    const {main} = host.state.addProject({name: 'demo', repoPath: '/code/demo'})
    const {terminalId} = host.state.addTerminal(main, {command: 'echo one'})
    const workspaceId = main.id
    await call(host.url, 'terminal.send', host.bearer, {terminalId, workspaceId, text: 'echo two'})
    assert.equal(host.state.terminals[0]?.text, '❯ echo one\none\n❯ echo two\ntwo\n❯ ')
    const strangers = [
      [{terminalId: 'nobody', workspaceId}, 404, 'Terminal session not found'],
      [{terminalId, workspaceId: 'elsewhere'}, 403, 'Terminal session does not belong to this workspace'],
    ] as const
    for (const [names, status, message] of strangers) {
      const answer = await call(host.url, 'terminal.send', host.bearer, {...names, text: 'x'})
      assert.deepEqual([answer.status, answer.error?.message], [status, message])
    }
  })
})

describe('the manifest of a host', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  async function startIn(homeDir: string, options: HostOptions = {}): Promise<Host & {manifestPath: string}> {
    const host = await sandbox.startHost({...options, homeDir})
    return host as Host & {manifestPath: string}
  }

  it('is for its user only, and goes with the host', async () => {
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'sandbox-'))
    const host = await startIn(folder.path)
    const {team} = sandbox.organizations
    assert.equal(host.manifestPath, path.join(folder.path, 'host', team.id, 'manifest.json'))
    assert.deepEqual(
      {...JSON.parse(await readFile(host.manifestPath, 'utf8')), startedAt: 0},
      {
        ...{pid: process.pid, endpoint: host.url, authToken: host.bearer, startedAt: 0, organizationId: team.id},
      },
    )
    assert.equal((await stat(host.manifestPath)).mode & 0o777, 0o600)
    assert.equal((await stat(path.dirname(host.manifestPath))).mode & 0o777, 0o700)
    await host.stop()
    await assert.rejects(stat(host.manifestPath), {code: 'ENOENT'})
  })

  const health = async ({url, bearer}: Host) => {
    const answer = await call(url, 'project.list', bearer)
    return answer.status
  }
  const stale: ReadonlyArray<readonly [Leftover, (host: Host) => Promise<void>]> = [
    ['closed endpoint', async (host) => assert.rejects(health(host), TypeError)],
    ['dead process', async (host) => assert.rejects(health(host), TypeError)],
    ['other host', async (host) => assert.equal(await health(host), 401)],
    ['other program', async (host) => assert.rejects(health(host), SyntaxError)],
  ]
  for (const [leftover, check] of stale) {
    it(`stays without being true: ${leftover}`, async () => {
      await using folder = await mkdtempDisposable(path.join(tmpdir(), 'sandbox-'))
      const host = await startIn(folder.path)
      await host.stop(leftover)
      const manifest = JSON.parse(await readFile(host.manifestPath, 'utf8')) as {pid: number}
      if (leftover === 'dead process') assert.throws(() => kill(manifest.pid, 0), {code: 'ESRCH'})
      else assert.equal(manifest.pid, process.pid)
      await check(host)
      await host.stop()
    })
  }
})

describe('the relay of the sandbox', () => {
  let sandbox: Sandbox
  let host: Host
  let accessToken: string

  before(async () => {
    sandbox = await startSandbox()
    host = await sandbox.startHost({name: 'far away'})
    ;({accessToken} = await signIn(sandbox))
  })
  after(() => sandbox.close())

  const at = ({id, organizationId}: {id: string; organizationId: string}) =>
    `${sandbox.relay.url}/hosts/${organizationId}:${id}`
  const refusal = async (base: string, bearer?: string) => {
    const {status, error} = await call(base, 'project.list', bearer)
    return [status, error?.data['code'], error?.message]
  }

  it('passes a call on with the secret of the host, and the answer back', async () => {
    const {status, data} = await call(at(host), 'project.list', accessToken)
    assert.deepEqual([status, data], [200, []])
    const seen = host.requests.at(-1)
    assert.deepEqual([seen?.via, seen?.authenticated, seen?.machineId], ['relay', true, 'f'.repeat(32)])
    assert.deepEqual(sandbox.relay.requests.at(-1)?.scheme, 'bearer')
    const wrong = await call(at(host), 'agents.run', accessToken, {workspaceId: 'x'})
    assert.equal(wrong.status, 400)
  })

  it('takes access tokens only, of members only', async () => {
    const unauthorized = [401, 'UNAUTHORIZED', 'Unauthorized']
    for (const bearer of [undefined, 'garbage', sandbox.apiKey, host.bearer]) {
      assert.deepEqual(await refusal(at(host), bearer), unauthorized)
    }

    const bea = await signIn(sandbox, {user: sandbox.users.bea})
    const inAcme = await sandbox.startHost({organizationId: sandbox.organizations.acme.id})
    const foreign = [403, 'FORBIDDEN', 'Forbidden: not a member of this org']
    assert.deepEqual(await refusal(at(inAcme), bea.accessToken), foreign)
    const own = await sandbox.startHost({owner: sandbox.users.admin.id})
    const [status, code, message] = await refusal(at(own), bea.accessToken)
    assert.deepEqual([status, code], [403, 'FORBIDDEN'])
    assert.match(String(message), /^Forbidden: host not registered to this account/)
    const shared = await sandbox.startHost({owner: sandbox.users.admin.id, members: [sandbox.users.bea.id]})
    assert.equal((await call(at(shared), 'project.list', bea.accessToken)).status, 200)
  })

  it('says the same of a host that is offline and of one that nobody knows', async () => {
    const offline = [503, 'SERVICE_UNAVAILABLE', 'Host is not online']
    const {organizationId} = host
    assert.deepEqual(await refusal(at({id: '0'.repeat(32), organizationId}), accessToken), offline)
    host.online = false
    assert.deepEqual(await refusal(at(host), accessToken), offline)
    host.online = true
    const batch = await fetch(`${at({id: '0'.repeat(32), organizationId})}/trpc/project.list,workspace.list?batch=1`, {
      headers: {authorization: `Bearer ${accessToken}`},
    })
    assert.equal(Array.isArray(await batch.json()), false)
  })

  it('does not wait for a slow host, which goes on', async () => {
    sandbox.relay.timeoutMs = 1
    const held = sandbox.faults.host.add({procedure: 'workspaces.createSession', hold: 'before'})
    const answer = await call(at(host), 'workspaces.createSession', accessToken, {name: 'late'})
    sandbox.relay.timeoutMs = 30_000
    assert.deepEqual([answer.status, answer.error?.message], [502, 'Request timed out'])
    held.release()
    await sandbox.changes.until(() => host.state.workspaces.some(({name}) => name === 'late'))
  })

  it('tells who is online to a bearer token; an API key is told an old flag', async () => {
    const {organizationId} = host
    const online = async (secret: string) => {
      const {data} = await callApi(sandbox, 'host.list', {headers: credentials(secret), input: {organizationId}})
      return (data as Array<{id: string; online: boolean}>).find(({id}) => id === host.id)?.online
    }
    assert.deepEqual([await online(accessToken), await online(sandbox.apiKey)], [true, false])
    host.online = false
    assert.equal(await online(accessToken), false)
    host.online = true
  })
})

describe('controls for hosts', () => {
  it('start, list and stop them for other programs', async () => {
    await using sandbox = await startSandbox()
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'sandbox-'))
    const post = async (name: string, body: unknown) => {
      const response = await fetch(`${sandbox.url}/__sandbox/${name}`, {method: 'POST', body: JSON.stringify(body)})
      return {status: response.status, answer: (await response.json()) as {id: string; url: string}}
    }
    const {answer} = await post('hosts', {homeDir: folder.path, name: 'here'})
    assert.equal((await call(answer.url, 'health.check')).status, 200)
    assert.equal((await post('faults', {endpoint: 'host', fault: {answer: {status: 503, body: {}}}})).status, 200)
    assert.equal((await fetch(`${answer.url}/trpc/health.check`)).status, 503)
    assert.equal((await post('hosts/stop', {id: answer.id})).status, 200)
    assert.equal((await post('hosts/stop', {id: 'nobody'})).status, 400)
    assert.equal((await post('hosts', {id: 'short'})).status, 400)
    const listed = (await (await fetch(`${sandbox.url}/__sandbox/hosts`)).json()) as Array<{name: string}>
    assert.deepEqual(
      listed.map(({name}) => name),
      ['here'],
    )
  })
})
