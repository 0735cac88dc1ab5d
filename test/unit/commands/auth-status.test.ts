import type {IdentityDescription} from '@superset/identity'
import {Problem} from '@superset/identity'
import assert from 'node:assert/strict'
import {run} from '../../../packages/plugin-auth/test/commands/command-stage.ts'
import Status from '../../../src/commands/auth/status.ts'

const HOUR = 3600 * 1000

const described: IdentityDescription = {
  signedIn: true,
  profile: 'work',
  scheme: 'bearer',
  source: 'stored',
  hides: [],
  issuer: 'https://api.test',
  apiUrl: 'https://api.test',
  subject: 'user-1',
  account: 'ada@acme.test',
  organization: {value: 'org-1', source: 'env:SUPERSET_ORGANIZATION_ID'},
  storage: {kind: 'file', place: '~/.superset/config.json', encrypted: false},
  expiresAt: new Date(Date.now() + 50 * HOUR + 60_000),
  expired: false,
  renewable: true,
  notes: ['The session is stored in plain text.'],
}

describe('auth status', () => {
  const status = (found: IdentityDescription, argv: readonly string[] = []) =>
    run(Status, argv, {provider: {describe: async () => found}})
  afterEach(() => {
    delete process.env['CLAUDECODE']
  })

  it('tells a person who, where, with what, and until when', async () => {
    const {stdout, stderr, exitCode} = await status({...described, hides: ['env:SUPERSET_TOKEN']})
    assert.equal(exitCode, 0)
    assert.equal(stderr, '')
    for (const part of [
      'Signed in as ada@acme.test (profile work)',
      'fake-plugin (chosen by config)',
      'org-1 (from SUPERSET_ORGANIZATION_ID)',
      'bearer from stored; hides SUPERSET_TOKEN',
      'file (~/.superset/config.json), plain text',
      'in 2 d 2 h (',
      'The session is stored in plain text.',
    ])
      assert.ok(stdout.includes(part), `${part} in\n${stdout}`)
  })

  it('exits with 4 when nobody is signed in, and names the next step', async () => {
    const {stdout, exitCode, error} = await status({...described, signedIn: false, expired: true})
    assert.equal(error, undefined)
    assert.equal(exitCode, 4)
    assert.match(stdout, /^Not signed in/)
    assert.match(stdout, /Run `superset auth login`\./)
  })

  it('prints the data and exits with 4 also as JSON: no error object', async () => {
    const signedOut = {signedIn: false, profile: 'work', hides: [], apiUrl: 'https://api.test', notes: []}
    const {stdout, exitCode} = await status(signedOut, ['--json'])
    assert.equal(exitCode, 4)
    const found = JSON.parse(stdout) as Record<string, unknown>
    assert.deepEqual(found, {...signedOut, identity: {plugin: 'fake-plugin', source: 'config'}})
  })

  it('speaks JSON to agents without being asked', async () => {
    process.env['CLAUDECODE'] = '1'
    const {stdout} = await status(described)
    const found = JSON.parse(stdout) as Record<string, unknown>
    assert.equal(found['account'], 'ada@acme.test')
    assert.equal(found['expiresAt'], described.expiresAt!.toISOString())
    assert.equal((await status(described, ['--quiet'])).stdout, 'ada@acme.test\n')
  })

  it('says why a session cannot be renewed, and until when it serves', async () => {
    const reason = 'https://api.test refused your session.'
    const {stdout, exitCode} = await status({...described, renewable: false, reason})
    assert.equal(exitCode, 0)
    assert.ok(
      stdout.includes(`no: https://api.test refused your session; access ends ${described.expiresAt!.toISOString()}`),
    )
  })

  it('tells a fault of the storage with its next step', async () => {
    const problem = {code: 'STORE_LOST', message: 'It is lost.', suggestions: ['Restore it.'], exit: 74}
    const {stdout, exitCode} = await status({...described, signedIn: false, problem})
    assert.equal(exitCode, 4)
    assert.match(stdout, /It is lost\.\n\s+Restore it\./)
  })

  it('lets no server draw on the terminal', async () => {
    const {stdout} = await status({...described, account: 'ada\u001B[2J\u0007@acme.test'})
    assert.ok(!stdout.includes('\u001B'))
  })

  for (const [what, identity] of [
    ['cannot be had', {failure: new Problem({code: 'IDENTITY_MISSING', message: 'It is gone.', exit: 78})}],
    [
      'throws when it is to describe itself',
      {
        provider: {
          describe() {
            throw new Error('It is gone.')
          },
        },
      },
    ],
  ] as const) {
    it(`row 88: says who chose a plugin that ${what}, and exits with 78`, async () => {
      const {stdout, exitCode, error} = await run(Status, [], identity)
      assert.deepEqual([error, exitCode], [undefined, 78])
      assert.match(
        stdout,
        /^Not known who is signed in \(profile default\)\n {2}Identity +fake-plugin \(chosen by config\)\n/,
      )
      assert.match(stdout, /It is gone\./)
      const json = await run(Status, ['--json'], identity)
      const found = JSON.parse(json.stdout) as {identity: object; problem: {exit: number}; signedIn: boolean}
      assert.deepEqual([json.exitCode, found.signedIn, found.problem.exit], [78, false, 78])
      assert.deepEqual(found.identity, {plugin: 'fake-plugin', source: 'config'})
    })
  }

  it('shows the little that a plugin says', async () => {
    const {stdout, exitCode} = await status({signedIn: true} as IdentityDescription)
    assert.equal(exitCode, 0)
    assert.match(stdout, /^Signed in \(profile default\)\n/)
  })
})
