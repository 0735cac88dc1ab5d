import assert from 'node:assert/strict'
import {Problem} from '@superset/identity'
import {inToldProfile, takeGlobalFlags, takeLeadingProfile} from '../../../src/cli/profile-flag.ts'

const OURS = {flags: {profile: {helpGroup: 'GLOBAL'}}}

describe('--profile, with every command', () => {
  afterEach(() => void takeLeadingProfile([]))

  for (const [argv, rest, profile] of [
    [['--profile', 'work', 'tasks', 'list'], ['tasks', 'list'], 'work'],
    [['--profile=work', '--json'], ['--json'], 'work'],
    [['--profile', 'a', '--profile=b', 'x'], ['x'], 'b'],
    [['tasks', '--profile', 'work'], ['tasks', '--profile', 'work'], undefined],
    [['--', '--profile', 'work'], ['--', '--profile', 'work'], undefined],
    [[], [], undefined],
  ] as const) {
    it(`before the command: ${argv.join(' ')}`, () => {
      assert.deepEqual(takeLeadingProfile(argv), rest)
      assert.equal(takeGlobalFlags({}, []).profile, profile)
    })
  }

  for (const [argv, rest, profile] of [
    [['a', '--profile', 'work', 'b'], ['a', 'b'], 'work'],
    [['--profile=work'], [], 'work'],
    [['--profile', 'a', '--profile', 'b'], [], 'b'],
    [['--', '--profile', 'work'], ['--', '--profile', 'work'], undefined],
    [['--profiles', 'x'], ['--profiles', 'x'], undefined],
    [['--profile', 'work', '--help'], ['--profile', 'work', '--help'], undefined],
  ] as const) {
    it(`after a command that knows no such flag: ${argv.join(' ')}`, () => {
      const given = [...argv]
      assert.equal(takeGlobalFlags({flags: {other: {}}}, given).profile, profile)
      assert.deepEqual(given, rest)
    })
  }

  for (const flags of [{profile: {}}, {account: {aliases: ['profile']}}, OURS.flags]) {
    it(`leaves it to a command that has one: ${JSON.stringify(flags)}`, () => {
      const given = ['--profile', 'work']
      assert.equal(takeGlobalFlags({flags}, given).profile, flags === OURS.flags ? 'work' : undefined)
      assert.deepEqual(given, ['--profile', 'work'])
    })
  }

  it("a plugin's own --profile does not hide the one before the command", () => {
    takeLeadingProfile(['--profile', 'work'])
    assert.equal(takeGlobalFlags({flags: {profile: {}}}, ['--profile', 'theirs']).profile, 'work')
  })

  it('the one after the command wins', () => {
    takeLeadingProfile(['--profile', 'work'])
    assert.equal(takeGlobalFlags(OURS, ['--profile', 'home']).profile, 'home')
  })

  for (const argv of [['--profile'], ['--profile='], ['--profile', '../x'], ['--profile', '--json']]) {
    it(`refuses what cannot be a name, in either place: ${argv.join(' ')}`, () => {
      assert.throws(() => takeLeadingProfile(argv), {code: 'USAGE_PROFILE', exit: 2})
      assert.throws(() => takeGlobalFlags({}, [...argv]), {code: 'USAGE_PROFILE', exit: 2})
    })
  }

  it('the next command that an error names keeps it', () => {
    const problem = new Problem({
      code: 'AUTH_REQUIRED',
      message: 'Not signed in.',
      exit: 4,
      suggestions: ['Run `superset auth login --storage file`.', 'Or `superset auth login --profile x`.'],
    })
    assert.equal(inToldProfile(problem), problem)
    takeGlobalFlags(OURS, ['--profile', 'work'])
    const {code, exit, message, suggestions} = inToldProfile(problem)
    assert.deepEqual([code, exit, message], ['AUTH_REQUIRED', 4, 'Not signed in.'])
    assert.deepEqual(suggestions, [
      'Run `superset auth login --profile work --storage file`.',
      'Or `superset auth login --profile x`.',
    ])
  })
})
