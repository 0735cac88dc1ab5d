import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {thisHostId} from '../../src/service/targets/machine.ts'
import {refused, succeeded} from '../support/commands-here.ts'
import {failed, HostsHere} from '../support/hosts-here.ts'

describe('hosts', () => {
  let here: HostsHere
  before(async () => {
    here = await HostsHere.create()
  })
  after(() => here.close())

  interface Row {
    readonly id: string
    readonly name: string
    readonly online: boolean
    readonly local: boolean
    readonly wakeCommand: string | null
  }

  const named = async (name: string) => (await here.json<Row[]>('hosts', 'list')).find((row) => row.name === name)

  it('lists which are online and which one is this machine', async () => {
    const laptop = await named('Laptop')
    assert.deepEqual(laptop, {id: await thisHostId(), name: 'Laptop', online: true, local: true, wakeCommand: null})
    const box = await named('Linux Box')
    assert.deepEqual([box?.id, box?.online, box?.local], [here.box.id, true, false])
    const {stdout, sent} = await here.commands.run(['hosts', 'list', '--output', 'table'])
    assert.match(stdout, /^NAME +ONLINE +THIS MACHINE +ID\n/)
    assert.match(stdout, /^Linux Box +yes +no +[\da-f]{32}$/m)
    const {id} = here.sandbox.organizations.team
    assert.deepEqual(sent, [{procedure: 'host.list', input: {organizationId: id}, organization: id}])
  })

  it('takes --org, by slug, as before', async () => {
    const {slug} = here.sandbox.organizations.team
    const {sent, ...shown} = await here.run(['hosts', 'list', '--org', slug])
    succeeded({...shown, sent})
    assert.deepEqual(
      sent.map(({procedure}) => procedure),
      ['host.list'],
    )
  })

  it('stores, shows and forgets the command that wakes one', async () => {
    const set = await here.json('hosts', 'set-wake', 'linux box', 'echo', 'wake')
    assert.deepEqual(set, {host: 'Linux Box', wakeCommand: 'echo wake'})
    const dashed = await here.json('hosts', 'set-wake', '--json', here.box.id, '--', 'ping', '-c', '1')
    assert.deepEqual(dashed, {host: 'Linux Box', wakeCommand: 'ping -c 1'})
    assert.equal((await named('Linux Box'))?.wakeCommand, 'ping -c 1')
    const {sent} = await here.run(['hosts', 'set-wake', 'Linux Box', '--clear'])
    const {id: organizationId} = here.sandbox.organizations.team
    assert.deepEqual(
      sent.map(({input, procedure}) => [procedure, input]),
      [
        ['host.list', {organizationId}],
        ['host.setWakeCommand', {organizationId, machineId: here.box.id, wakeCommand: null}],
      ],
    )
    refused(await here.run(['hosts', 'set-wake', 'Linux Box']), /Give a command, or --clear/)
    refused(await here.run(['hosts', 'set-wake', 'Linux Box', 'x', '--clear']), /not both/)
    assert.match(
      failed(await here.run(['hosts', 'set-wake', 'nowhere', 'x']), 1, 'HOST_UNKNOWN'),
      /superset hosts list/,
    )
  })

  it('runs the command that wakes one after it was shown and agreed to, and ends as it does', async () => {
    const proof = path.join(here.homeDir, 'woken')
    await here.run(['hosts', 'set-wake', 'Linux Box', '--', `echo "$PPID" > '${proof}'`])
    refused(await here.run(['hosts', 'wake', 'Linux Box']), /CONFIRMATION_NEEDED/)
    const declined = await here.run(['hosts', 'wake', 'Linux Box'], {answer: 'n\n'})
    assert.match(declined.stderr, /echo "\$PPID".*Run this command on this machine to wake Linux Box\?/s)
    assert.equal(existsSync(proof), false)
    succeeded(await here.run(['hosts', 'wake', 'Linux Box', '--quiet', '--yes']))
    assert.equal((await readFile(proof, 'utf8')).trim(), String(process.pid))

    await here.run(['hosts', 'set-wake', 'Linux Box', '--', 'exit 7'])
    const {exit, stdout} = await here.run(['hosts', 'wake', 'Linux Box', '--yes', '--json'])
    assert.deepEqual([exit, JSON.parse(stdout)], [1, {host: 'Linux Box', exitCode: 7}])
    await here.run(['hosts', 'set-wake', 'Linux Box', '--clear'])
    const none = failed(await here.run(['hosts', 'wake', 'Linux Box', '--yes']), 1, 'HOST_NO_WAKE_COMMAND')
    assert.match(none, /superset hosts set-wake 'Linux Box'/)
  })

  it('row 91: are shown to who joined the organization after the sign-in, once that is renewed', async () => {
    const refusal = {
      error: {json: {message: 'Not a member of this organization', data: {code: 'FORBIDDEN', httpStatus: 403}}},
    }
    here.sandbox.faults.api.add({procedure: 'host.list', answer: {status: 403, body: refusal}})
    assert.match(failed(await here.run(['hosts', 'list']), 77, 'MEMBERSHIP_STALE'), /superset auth refresh/)
    here.sandbox.faults.api.add({procedure: 'host.list', answer: {status: 403, body: refusal}})
    const session = {organization: {value: '00000000-0000-4000-8000-000000000000', source: 'flag'}} as const
    const {exit, stderr} = await here.commands.run(['hosts', 'list'], session)
    assert.equal(exit, 77)
    assert.match(stderr, /You are not a member of 0{8}-.*\(from --organization\)/)
  })

  it('is named in messages so that the shell takes it as text', async () => {
    const evil = await here.sandbox.startHost({name: "a b'; $(rm) `x`"})
    const text = failed(
      await here.run(['workspaces', 'get', 'nobody', '--host', "a b'; $(rm) `x`"]),
      1,
      'WORKSPACE_NOT_FOUND',
    )
    assert.match(text, /superset workspaces list --host 'a b'\\''; \$\(rm\) `x`'`/)
    await evil.stop()
  })

  describe('that cannot be asked', () => {
    afterEach(() => {
      here.box.online = true
      here.sandbox.faults.relay.clear()
      here.sandbox.faults.host.clear()
    })

    const elsewhere = (...more: string[]) => ['projects', 'list', '--host', here.box.id, ...more]

    it('row 101: is offline, not unknown', async () => {
      here.box.online = false
      const before = here.sandbox.relay.requests.length
      assert.match(failed(await here.run(elsewhere()), 75, 'HOST_OFFLINE'), /^Error: Host Linux Box is not online\.\n/)
      assert.equal(here.sandbox.relay.requests.length - before, 1, 'the relay was asked once')
      await here.run(['hosts', 'set-wake', 'Linux Box', 'true'])
      assert.match((await here.run(elsewhere())).stderr, /superset hosts wake 'Linux Box'/)
      await here.run(['hosts', 'set-wake', 'Linux Box', '--clear'])
    })

    it('row 101: is unknown, not offline', async () => {
      const unknown = await here.run(['projects', 'list', '--host', '0'.repeat(32)])
      assert.match(failed(unknown, 1, 'HOST_UNKNOWN'), /superset hosts list/)
      failed(await here.run(['projects', 'list', '--host', 'Linux Bxo']), 1, 'HOST_UNKNOWN')
    })

    it('is reached with an API key by the token that the service gives for it', async () => {
      const {sent, ...shown} = await here.withKey.run(elsewhere('--json'))
      succeeded({...shown, sent})
      assert.deepEqual(
        sent.map(({procedure}) => procedure),
        ['host.relayEndpoint', '/api/auth/token'],
      )
    })

    it('is not reached with an API key where the service gives no token, and that is no session that has expired', async () => {
      const before = here.sandbox.relay.requests.length
      const {exit, stderr} = await here.withKey.run(elsewhere(), {
        fetch: (input, init) =>
          String(input) === '/api/auth/token'
            ? Promise.resolve(Response.json({message: 'no'}, {status: 404}))
            : here.sandboxFetch(input, init),
      })
      assert.deepEqual([exit, here.sandbox.relay.requests.length], [4, before])
      assert.match(stderr, /takes no API key.*auth login.*\(RELAY_TAKES_NO_KEY\)/s)
      assert.doesNotMatch(stderr, /expired/)
    })

    it('is said of the relay when the relay refuses the token', async () => {
      const session = {token: async () => 'wrong'}
      const {exit, stderr} = await here.commands.run(elsewhere(), session)
      assert.equal(exit, 4)
      assert.match(stderr, /The relay 127\.0\.0\.1:\d+ does not accept the token/)
      assert.doesNotMatch(stderr, /expired/)
    })

    for (const [url, code] of [
      ['', 'SERVICE_ANSWER'],
      ['relay', 'SERVICE_ANSWER'],
      ['file:///etc/passwd', 'SERVICE_ANSWER'],
      ['http://', 'SERVICE_ANSWER'],
      ['http://192.0.2.1', 'TLS_INSECURE'],
      ['https://user:word@relay.example.test', 'SERVICE_ANSWER'],
    ] as const) {
      it(`is not asked through a relay at ${url || 'nowhere'}`, async () => {
        const body = {result: {data: {json: {url}}}}
        here.sandbox.faults.api.add({procedure: 'host.relayEndpoint', answer: {status: 200, body}})
        failed(await here.run(elsewhere()), 78, code)
      })
    }

    for (const [title, procedure, fault, exit, code] of [
      ['a web page', 'project.list', {answer: {status: 404, body: '<html>'}}, 78, 'SERVICE_NOT_FOUND'],
      ['a redirect', 'project.list', {answer: {status: 302, headers: {location: '/'}}}, 78, 'SERVICE_REDIRECTED'],
      ['a broken connection', 'project.list', {cut: 'after', times: 9}, 75, 'SERVICE_UNAVAILABLE'],
      ['503', 'project.list', {answer: {status: 503, body: ''}, times: 9}, 75, 'SERVICE_UNAVAILABLE'],
    ] as const) {
      it(`is told of the relay: ${title}`, async () => {
        here.sandbox.faults.relay.add({procedure, ...fault})
        failed(await here.run(elsewhere()), exit, code)
      })
    }
  })
})
