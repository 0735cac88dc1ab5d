import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {CommandsHere, refused, succeeded} from '../support/commands-here.ts'

const VARIABLE = 'env:SUPERSET_ORGANIZATION_ID'

describe('organization', () => {
  let sandbox: Sandbox
  let here: CommandsHere
  before(async () => {
    sandbox = await startSandbox()
    here = await CommandsHere.create(sandbox)
  })
  after(() => sandbox.close())
  afterEach(() => sandbox.faults.api.clear())

  const run = (...line: string[]) => here.run(line)

  describe('list', () => {
    it('shows a table, JSON and ids, with the one that is acted on', async () => {
      const {acme, team} = sandbox.organizations
      const {sent, ...shown} = await here.run(['org', 'list'], {}, {columns: 200})
      assert.match(
        succeeded({...shown, sent}),
        /^NAME +SLUG +ACTIVE +ID\nAcme Robotics +acme +no +\S+\nLocal Admin's Team +\S+-team +yes +\S+\n$/,
      )
      assert.deepEqual(sent, [{procedure: 'user.myOrganizations', input: undefined, organization: null}])
      assert.deepEqual(JSON.parse(succeeded(await run('organization', 'list', '--json'))), [
        {...acme, active: false},
        {...team, active: true},
      ])
      assert.equal(succeeded(await run('organization', 'list', '-q')), `${acme.id}\n${team.id}\n`)
    })

    it('asks the service which one is acted on where none is chosen, and knows a slug', async () => {
      const active = async (organization: unknown) => {
        const {stdout} = await here.run(['organization', 'list', '--json'], {organization: organization as never})
        return (JSON.parse(stdout) as {active: boolean}[]).map((one) => one.active)
      }
      assert.deepEqual(await active(undefined), [true, false])
      assert.deepEqual(await active({value: 'acme', source: VARIABLE}), [true, false])
      assert.deepEqual(await active({value: 'left long ago', source: VARIABLE}), [false, false])
    })

    it('knows of no active one when the service knows none', async () => {
      const answer = {status: 200, body: {result: {data: {json: null}}}}
      sandbox.faults.api.add({procedure: 'user.myOrganization', answer})
      const {stdout} = await here.run(['organization', 'list'], {organization: undefined as never})
      assert.doesNotMatch(stdout, /yes/)
    })

    it('takes no --organization: it is about all of them', async () => {
      const {exit, sent} = await run('organization', 'list', '--organization', 'acme')
      assert.deepEqual([exit, sent], [2, []])
    })
  })

  describe('members list', () => {
    it('shows a table, JSON and ids', async () => {
      const {admin, bea} = sandbox.users
      const {sent, ...shown} = await here.run(['org', 'members', 'list'], {}, {columns: 200})
      assert.match(
        succeeded({...shown, sent}),
        /^NAME +EMAIL +ROLE +ID\nLocal Admin +admin@local\.test +owner +\S+\nBea Member +bea@local\.test +member +\S+\n$/,
      )
      const organization = sandbox.organizations.team.id
      assert.deepEqual(sent, [{procedure: 'organization.members.list', input: {limit: 50}, organization}])
      const json = JSON.parse(succeeded(await run('organization', 'members', 'list', '--json'))) as {id: string}[]
      assert.deepEqual(
        json.map(({id}) => id),
        [admin.id, bea.id],
      )
      assert.equal(succeeded(await run('organization', 'members', 'list', '--quiet')), `${admin.id}\n${bea.id}\n`)
    })

    it('filters and limits', async () => {
      for (const [flags, input] of [
        [['--search', 'BEA'], {search: 'BEA', limit: 50}],
        [['-s', 'local.test'], {search: 'local.test', limit: 50}],
        [['--limit', '1'], {limit: 1}],
        [['--limit', '100'], {limit: 100}],
      ] as const) {
        const {sent, ...shown} = await run('organization', 'members', 'list', ...flags)
        succeeded({...shown, sent})
        assert.deepEqual(sent[0]?.input, input)
      }

      for (const limit of ['0', '101']) {
        const {exit, sent, stderr} = await run('organization', 'members', 'list', '--limit', limit)
        assert.deepEqual([exit, sent], [2, []])
        assert.match(stderr, /from 1 to 100/)
      }
    })
  })

  describe('switch', () => {
    it('remembers the id, by slug and by id, and says the name', async () => {
      const {acme, team} = sandbox.organizations
      here.selected.length = 0
      assert.equal(succeeded(await run('org', 'switch', 'acme')), 'Switched to Acme Robotics.\n')
      assert.equal(succeeded(await run('organization', 'switch', team.id, '-q')), `${team.id}\n`)
      assert.deepEqual(JSON.parse(succeeded(await run('organization', 'switch', 'acme', '--json'))), acme)
      assert.deepEqual(here.selected, [acme.id, team.id, acme.id])
    })

    it('takes the id for the id where another has it for a slug', async () => {
      const json = [
        {id: 'b', name: 'Slug', slug: 'a'},
        {id: 'a', name: 'Id', slug: 'b'},
      ]
      sandbox.faults.api.add({procedure: 'user.myOrganizations', answer: {status: 200, body: {result: {data: {json}}}}})
      assert.equal(succeeded(await run('organization', 'switch', 'a')), 'Switched to Id.\n')
    })

    it('says when a variable still wins', async () => {
      const organization = {value: sandbox.organizations.team.id, source: VARIABLE} as const
      const {exit, stderr, stdout} = await here.run(['organization', 'switch', 'acme'], {organization})
      assert.deepEqual([exit, stdout], [0, 'Switched to Acme Robotics.\n'])
      assert.equal(stderr, 'SUPERSET_ORGANIZATION_ID is set and still wins.\n')
    })

    it('remembers nothing where one is not a member', async () => {
      here.selected.length = 0
      const {exit, stderr} = await run('organization', 'switch', 'nope')
      assert.deepEqual([exit, here.selected], [1, []])
      assert.equal(
        stderr,
        'Error: You are not a member of organization nope.\n' +
          '  Run `superset organization list` to see yours.\n  (ORGANIZATION_UNKNOWN)\n',
      )
    })

    it('says what to do where nothing can be remembered', async () => {
      const session = {source: 'env:SUPERSET_API_KEY', selectOrganization: undefined as never} as const
      const {exit, stderr, stdout} = await here.run(['organization', 'switch', 'acme'], session)
      assert.deepEqual([exit, stdout], [78, ''])
      assert.equal(
        stderr,
        'Error: Nothing is stored for a sign-in from SUPERSET_API_KEY, so no organization can be remembered.\n' +
          `  Set SUPERSET_ORGANIZATION_ID=${sandbox.organizations.acme.id}, or pass --organization.\n` +
          '  (ORGANIZATION_NOT_KEPT)\n',
      )
    })

    it('needs one organization, from nowhere but the command line, and takes no --organization', async () => {
      refused(await here.run(['organization', 'switch'], {}, {piped: 'acme\n'}), /Missing <organization>\./)
      refused(await run('organization', 'switch', 'acme', '--organization', 'acme'), /--organization/)
    })
  })

  for (const [procedure, answer, organization, ...line] of [
    ['user.myOrganizations', {}, true, 'organization', 'list'],
    ['user.myOrganizations', [{id: 'a', name: 'b'}], true, 'organization', 'list'],
    ['user.myOrganization', 'text', false, 'organization', 'list'],
    ['organization.members.list', {}, true, 'organization', 'members', 'list'],
  ] as const) {
    it(`names the procedure whose answer it does not understand: ${procedure}: ${JSON.stringify(answer)}`, async () => {
      sandbox.faults.api.add({procedure, answer: {status: 200, body: {result: {data: {json: answer}}}}})
      const {exit, stderr} = await here.run(line, organization ? {} : {organization: undefined as never})
      assert.equal(exit, 78)
      assert.ok(stderr.startsWith(`Error: The server's answer to ${procedure} is not one`), stderr)
    })
  }
})
