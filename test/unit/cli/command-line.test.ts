import assert from 'node:assert/strict'
import {Problem} from '@superset/identity'
import {parseCommandLine, takeGlobalFlags, withProfile} from '../../../src/cli/command-line.ts'

const OURS = {flags: {profile: {helpGroup: 'GLOBAL'}}}
const NONE = parseCommandLine([], false)
const AT_WORK = parseCommandLine(['--profile', 'work'], false)

describe('the command line', () => {
  for (const [argv, help, mode] of [
    [['tasks', 'list'], false, 'human'],
    [['tasks', 'list', '--help'], true, 'human'],
    [['x', '-h'], true, 'human'],
    [['--', '--help'], false, 'human'],
    [['tasks', 'list', '--json', '-q'], false, 'json'],
    [['tasks', 'list', '-q'], false, 'quiet'],
    [['--', '--json'], false, 'human'],
    // What is wrong with it is an error in JSON.
    [['--profile', '--json', 'x'], false, 'json'],
  ] as const) {
    it(`tells whether help is asked for, and the output mode: ${argv.join(' ')}`, () => {
      const line = parseCommandLine(argv, false)
      assert.deepEqual([line.help, line.mode], [help, mode])
    })
  }

  it('speaks JSON to an agent', () => assert.equal(parseCommandLine(['tasks'], true).mode, 'json'))
})

describe('--profile, with every command', () => {
  for (const [argv, rest, profile] of [
    [['--profile', 'work', 'tasks', 'list'], ['tasks', 'list'], 'work'],
    [['--profile=work', '--json'], ['--json'], 'work'],
    [['--profile', 'a', '--profile=b', 'x'], ['x'], 'b'],
    [['tasks', '--profile', 'work'], ['tasks', '--profile', 'work'], undefined],
    [['--', '--profile', 'work'], ['--', '--profile', 'work'], undefined],
    [[], [], undefined],
  ] as const) {
    it(`before the command: ${argv.join(' ')}`, () => {
      const line = parseCommandLine(argv, false)
      assert.deepEqual(line.words, rest)
      assert.equal(takeGlobalFlags(line, {}, []).profile, profile)
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
      assert.equal(
        takeGlobalFlags(parseCommandLine(['x', ...argv], false), {flags: {other: {}}}, given).profile,
        profile,
      )
      assert.deepEqual(given, rest)
    })
  }

  for (const flags of [{profile: {}}, {account: {aliases: ['profile']}}, OURS.flags]) {
    it(`leaves it to a command that has one: ${JSON.stringify(flags)}`, () => {
      const given = ['--profile', 'work']
      assert.equal(takeGlobalFlags(NONE, {flags}, given).profile, flags === OURS.flags ? 'work' : undefined)
      assert.deepEqual(given, ['--profile', 'work'])
    })
  }

  for (const argv of [
    ['--profile', '../x', '--profile', 'work'],
    ['--profile', 'work', '--profile', '../x'],
  ]) {
    it(`refuses what cannot be a name although another one is given, too: ${argv.join(' ')}`, () => {
      assert.throws(() => takeGlobalFlags(parseCommandLine(argv, false), {}, []), {code: 'USAGE_PROFILE', exit: 2})
      assert.throws(() => takeGlobalFlags(NONE, {}, [...argv]), {code: 'USAGE_PROFILE', exit: 2})
    })
  }

  it('leaves it to whoever uses the profile to refuse what a command of ours was told: help and doctor work', () => {
    assert.equal(takeGlobalFlags(NONE, OURS, ['--profile', '../x', '--help']).profile, '../x')
  })

  it("a plugin's own --profile does not hide the one before the command", () => {
    assert.equal(takeGlobalFlags(AT_WORK, {flags: {profile: {}}}, ['--profile', 'theirs']).profile, 'work')
  })

  it('the one after the command wins', () => {
    assert.equal(takeGlobalFlags(AT_WORK, OURS, ['--profile', 'home']).profile, 'home')
  })

  for (const argv of [['--profile'], ['--profile='], ['--profile', '../x'], ['--profile', '--json']]) {
    it(`refuses what cannot be a name, in either place: ${argv.join(' ')}`, () => {
      const leading = parseCommandLine(argv, false)
      assert.throws(() => takeGlobalFlags(leading, {}, []), {code: 'USAGE_PROFILE', exit: 2})
      assert.throws(() => takeGlobalFlags(NONE, {}, [...argv]), {code: 'USAGE_PROFILE', exit: 2})
    })
  }

  it('the next command that an error names keeps it', () => {
    const problem = new Problem({
      code: 'AUTH_REQUIRED',
      message: 'Not signed in.',
      exit: 4,
      suggestions: ['Run `superset auth login --storage file`.', 'Or `superset auth login --profile x`.'],
    })
    assert.equal(withProfile(problem, undefined), problem)
    const {code, exit, message, suggestions} = withProfile(problem, 'work')
    assert.deepEqual([code, exit, message], ['AUTH_REQUIRED', 4, 'Not signed in.'])
    assert.deepEqual(suggestions, [
      'Run `superset auth login --profile work --storage file`.',
      'Or `superset auth login --profile x`.',
    ])
  })
})
