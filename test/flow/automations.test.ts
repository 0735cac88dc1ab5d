import assert from 'node:assert/strict'
import {thisHostId} from '../../src/service/targets/machine.ts'
import {refused, type RunHere, succeeded} from '../support/commands-here.ts'
import {HostsHere} from '../support/hosts-here.ts'

type Row = Readonly<Record<string, unknown>>

const DAILY = 'FREQ=DAILY;BYHOUR=3;BYMINUTE=0'
const SOME_ID = '00000000-0000-4000-8000-000000000001'

describe('automations', () => {
  let here: HostsHere
  let id: string
  before(async () => {
    here = await HostsHere.create()
    id = await created('nightly', '--prompt', 'Audit')
  })
  after(() => here.close())
  afterEach(() => here.sandbox.faults.api.clear())

  const run = (...line: string[]) => here.run(line)

  /** Its id. */
  async function created(name: string, ...flags: string[]): Promise<string> {
    const line = ['automations', 'create', '--name', name, '--rrule', DAILY, ...flags, '--quiet']
    return succeeded(await run(...line)).trim()
  }

  async function stored(automation: string): Promise<Row> {
    return JSON.parse(succeeded(await run('automations', 'get', automation, '--json'))) as Row
  }

  /** What was asked of the service, without what was only looked up. */
  function changes({sent}: RunHere): unknown[] {
    const looked = new Set(['automation.list', 'automation.get', 'host.list', 'automation.getPrompt'])
    return sent.filter(({procedure}) => !looked.has(procedure)).map(({input, procedure}) => [procedure, input])
  }

  describe('list and get', () => {
    it('lists with schedule and host names at a terminal, with ids in a pipe, and all as JSON', async () => {
      const shown = await here.run(['auto', 'list'], {columns: 200})
      assert.match(
        succeeded(shown),
        /^NAME +SCHEDULE +ENABLED +NEXT RUN +AGENT +HOST +ID\nnightly +Daily at 3:00 AM +yes +in \d+ hours? +claude +Laptop +\S+\n$/i,
      )
      assert.deepEqual(shown.sent.map(({input, procedure}) => [procedure, input]).slice(0, 1), [
        ['automation.list', undefined],
      ])
      const piped = await run('automations', 'list')
      assert.ok(succeeded(piped).includes(`\t${await thisHostId()}\t${id}`), piped.stdout)
      assert.equal(piped.sent.length, 1, 'a pipe costs no look-up')
      const [row] = JSON.parse(succeeded(await run('automations', 'list', '--json'))) as Row[]
      assert.deepEqual([row?.['id'], row?.['host'], row?.['triggerCount']], [id, undefined, 1])
      const named = await run('automations', 'list', '-n', 'NIGHT', '--fields', 'name,rrule', '--output', 'csv')
      assert.equal(succeeded(named), `name,rrule\nnightly,${DAILY}\n`)
      assert.deepEqual(named.sent[0]?.input, {name: 'NIGHT'})
    })

    it('shows one to a person, by name and by id', async () => {
      const shown = succeeded(await here.run(['automations', 'get', 'NIGHTLY'], {columns: 100}))
      assert.match(shown, /^nightly\nSchedule +Daily at 3:00 AM \(\S+\)\n/)
      assert.match(shown, new RegExp(String.raw`^Host +Laptop \(${await thisHostId()}\)$`, 'm'))
      assert.equal((await stored(id))['name'], 'nightly')
      assert.equal(
        succeeded(await run('automations', 'get', id, '--web')),
        `https://app.example.test/automations/${id}\n`,
      )
    })

    for (const wanted of ['nightl', SOME_ID]) {
      it(`says that there is none: ${wanted}`, async () => {
        const {exit, stderr} = await run('automations', 'get', wanted)
        assert.equal(exit, 1)
        assert.ok(stderr.startsWith(`Error: There is no automation "${wanted}".\n`), stderr)
        assert.match(stderr, /Run `superset automations list`.*\n {2}\(AUTOMATION_NOT_FOUND\)\n$/)
        assert.equal(stderr.includes('Did you mean "nightly"?'), wanted === 'nightl')
      })
    }

    it('refuses a name that two have, with both ids', async () => {
      const twins = [await created('twin', '--prompt', 'a'), await created('twin', '--prompt', 'b')]
      const {exit, sent, stderr} = await run('automations', 'delete', 'twin', '--yes')
      assert.deepEqual([exit, sent.length], [2, 1])
      for (const one of twins) assert.ok(stderr.includes(`${one}  twin`), stderr)
      for (const one of twins) succeeded(await run('automations', 'delete', one, '--yes'))
    })
  })

  describe('create', () => {
    it('sends what was given, with the zone and the host of this machine', async () => {
      const shown = await run('automations', 'create', '--name', 'a', '--rrule', DAILY, '--prompt', '- b', '--json')
      const {id: made} = JSON.parse(succeeded(shown)) as {id: string}
      const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone
      const input = {name: 'a', prompt: '- b', agent: 'claude', targetHostId: await thisHostId(), v2ProjectId: null}
      assert.deepEqual(changes(shown), [['automation.create', {...input, rrule: DAILY, timezone}]])
      succeeded(await run('automations', 'delete', made, '--yes'))
    })

    it('finds host, project and workspace by their names, and takes the prompt from standard input', async () => {
      const {project} = here.box.state.addProject({name: 'web-app', repoPath: '/srv/web-app'})
      const line = ['automations', 'create', '--name', 'b', '--rrule', DAILY, '--agent', 'codex', '--timezone', 'UTC']
      const place = ['--host', 'linux box', '--project', 'web-app', '--dtstart', '2027-01-01']
      const shown = await here.run([...line, ...place, '--prompt-file', '-', '-q'], {piped: 'Look\n'})
      const made = succeeded(shown).trim()
      assert.deepEqual(changes(shown).at(-1), [
        'automation.create',
        {
          ...{name: 'b', prompt: 'Look', agent: 'codex', targetHostId: here.box.id, v2ProjectId: project.id},
          ...{rrule: DAILY, dtstart: '2027-01-01T00:00:00.000Z', timezone: 'UTC'},
        },
      ])
      succeeded(await run('automations', 'delete', made, '--yes'))
    })

    for (const [flags, message] of [
      [['--name', 'x', '--prompt', 'y'], /Missing --rrule\./],
      [['--name', 'x', '--rrule', DAILY], /--edit, --prompt, --prompt-file/],
      [['--name', 'x', '--rrule', DAILY, '--prompt', 'a', '--prompt-file', 'b'], /--prompt/],
      [['--name', 'x', '--rrule', DAILY, '--prompt-file', '/no/such/file'], /--prompt-file: cannot read/],
      [
        ['--name', 'x', '--rrule', DAILY, '--prompt', 'a', '--timezone', 'Mars/Base'],
        /"Mars\/Base" is not a time zone/,
      ],
      [['--name', 'x', '--rrule', DAILY, '--prompt', 'a', '--host', ''], /--host: names nobody/],
      [['--name', 'x', '--rrule', DAILY, '--edit'], /there is no terminal/],
    ] as const) {
      it(`refuses ${flags.join(' ')} before anything is sent`, async () => {
        refused(await run('automations', 'create', ...flags), message)
      })
    }

    for (const [flags, code] of [
      [['--host', 'no such host'], 'HOST_UNKNOWN'],
      [['--project', 'no such project'], 'PROJECT_NOT_FOUND'],
      [['--project', SOME_ID], 'PROJECT_NOT_FOUND'],
      [['--workspace', SOME_ID], 'WORKSPACE_NOT_FOUND'],
    ] as const) {
      it(`creates nothing where there is none: ${flags.join(' ')}`, async () => {
        const shown = await run('automations', 'create', '--name', 'x', '--rrule', DAILY, '--prompt', 'a', ...flags)
        assert.equal(shown.exit, 1)
        assert.ok(shown.stderr.includes(`(${code})`), shown.stderr)
        assert.deepEqual(changes(shown), [])
      })
    }

    it('says of a rule that the service cannot read what is wrong with it, and that nothing was done', async () => {
      for (const line of [
        ['create', '--name', 'x', '--prompt', 'a'],
        ['update', id],
      ]) {
        const {exit, stderr} = await run('automations', ...line, '--rrule', 'FREQ=NOPE')
        assert.equal(exit, 2)
        assert.match(stderr, /^Error: --rrule: "FREQ=NOPE" is not a schedule .* Nothing was changed\.\n/)
        assert.match(stderr, /\(SCHEDULE_INVALID\)/)
        assert.doesNotMatch(stderr, /undefined/)
      }
    })

    it('says where to look when nobody knows whether it was done', async () => {
      here.sandbox.faults.api.add({procedure: 'automation.create', cut: 'after'})
      const {exit, stderr} = await run('automations', 'create', '--name', 'x', '--rrule', DAILY, '--prompt', 'a')
      assert.equal(exit, 75)
      assert.match(stderr, /Check with `superset automations list` before/)
    })
  })

  describe('run and logs', () => {
    it('starts a run, and lists it', async () => {
      const line = await run('automations', 'run', 'nightly', '--json')
      const {automationId, runId} = JSON.parse(succeeded(line)) as Row
      assert.equal(automationId, id)
      const logs = await here.run(['automations', 'logs', 'nightly', '--limit', '3'], {columns: 200})
      assert.match(succeeded(logs), /^STATUS +SCHEDULED +STARTED +HOST +ID\ndispatched +\S.* Laptop +\S+\n/)
      assert.deepEqual(logs.sent[1]?.input, {automationId: id, limit: 3})
      const usual = await run('automations', 'logs', id, '-q')
      assert.equal(succeeded(usual), `${String(runId)}\n`)
      assert.deepEqual(usual.sent[0]?.input, {automationId: id, limit: 20})
    })

    for (const [status, message, exit, said, code] of [
      [
        409,
        'A run for this automation is already in progress.',
        1,
        /A run of automation "nightly" is in progress/,
        'AUTOMATION_RUNNING',
      ],
      [412, 'target host offline', 1, /The host of automation "nightly" is offline/, 'AUTOMATION_HOST_OFFLINE'],
      [412, 'no host available', 1, /No host is online for automation "nightly"/, 'AUTOMATION_HOST_OFFLINE'],
      [412, 'Automation has no instructions', 1, /Automation has no instructions/, 'SERVICE_REFUSED'],
      [
        500,
        'dispatch: Unable to connect.',
        75,
        /could not hand a run .* \(Unable to connect\.\)/,
        'AUTOMATION_NOT_STARTED',
      ],
    ] as const) {
      it(`says in plain words why no run was started: ${message}`, async () => {
        const body = {error: {json: {message, code: -32_000, data: {code: 'X', httpStatus: status}}}}
        here.sandbox.faults.api.add({procedure: 'automation.runNow', answer: {status, body}})
        const shown = await run('automations', 'run', 'nightly')
        assert.equal(shown.exit, exit)
        assert.match(shown.stderr, said)
        assert.ok(shown.stderr.includes(`(${code})`), shown.stderr)
      })
    }

    it('takes from 1 to 100 runs', async () => {
      for (const limit of ['0', '101']) refused(await run('automations', 'logs', id, '--limit', limit), /from 1 to 100/)
    })
  })
})
