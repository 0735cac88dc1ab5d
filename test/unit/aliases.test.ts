import assert from 'node:assert/strict'
import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expandAlias} from '../../src/cli/alias.ts'
import {isAliasName} from '../../src/configuration/aliases.ts'
import {type Cli, cli, errorOf} from './cli.ts'

describe('aliases', () => {
  for (const [words, typed, expected] of [
    [['tasks', 'list'], [], ['tasks', 'list']],
    [['tasks', 'list'], ['--json'], ['tasks', 'list', '--json']],
    [
      ['tasks', 'get', '$1'],
      ['a', '--json'],
      ['tasks', 'get', 'a', '--json'],
    ],
    [
      ['api', '$2', '--field', 'x=$1'],
      ['a', 'b', 'c'],
      ['api', 'b', '--field', 'x=a', 'c'],
    ],
    [['tasks', 'get', '$1'], ['$2 $(rm) `x` "y" \'z\' $& a b'], ['tasks', 'get', '$2 $(rm) `x` "y" \'z\' $& a b']],
    [['api', '$1$1', '$x', '$'], [''], ['api', '', '$x', '$']],
  ] as const)
    it(`expand: ${words.join(' ')}, with ${JSON.stringify(typed)}`, () => {
      assert.deepEqual(expandAlias('x', words, typed), expected)
    })

  it('that want more words than were typed are refused', () => {
    assert.throws(() => expandAlias('x', ['tasks', 'get', '$2'], ['a']), {exit: 2, message: /wants 2 words .* got 1/})
  })

  describe('of a user', () => {
    let superset: Cli
    beforeEach(() => {
      superset = cli()
    })
    afterEach(() => superset.remove())

    const file = () => path.join(superset.home, 'superset/cli/aliases.json')
    function write(text: string): void {
      mkdirSync(path.dirname(file()), {recursive: true})
      writeFileSync(file(), text, {mode: 0o600})
    }

    it('are set, listed, run with the session of what they stand for, and deleted', async () => {
      assert.equal((await superset.run(['alias', 'set', 'mine', "tasks list --search 'a b' --json"])).exit, 0)
      assert.deepEqual(JSON.parse(readFileSync(file(), 'utf8')), {mine: ['tasks', 'list', '--search', 'a b', '--json']})
      assert.equal((await superset.run(['alias', 'list'])).stdout, "mine\ttasks list --search 'a b' --json\n")
      const {exit, stdout} = await superset.run(['--profile', 'work', 'mine'])
      assert.deepEqual([exit, errorOf(stdout).code], [75, 'SERVICE_UNREACHABLE'])
      assert.ok(superset.journal().length > 0, 'no session was asked for')
      assert.equal((await superset.run(['alias', 'delete', 'mine'])).exit, 0)
      const gone = await superset.run(['mine', '--json'])
      assert.deepEqual([gone.exit, errorOf(gone.stdout).code], [2, 'USAGE_UNKNOWN_COMMAND'])
    })

    it('hide no command, whatever is in the file, and a file that cannot be used concerns nothing else', async () => {
      write(JSON.stringify({version: ['doctor'], auth: ['version'], t: ['version']}))
      assert.match((await superset.run(['version'])).stdout, /^superset\//)
      assert.match((await superset.run(['auth', 'list', '-q'])).stdout, /default/)
      assert.match((await superset.run(['alias', 'list'])).stderr, /version is a command now, and wins/)
      for (const make of [() => write('{"x": "version"}'), () => chmodSync(file(), 0o666)]) {
        make()
        const {exit, stderr} = await superset.run(['x'])
        assert.equal(exit, 2)
        assert.match(stderr, /x is not a superset command[^]*If it is an alias of yours: .*aliases\.json/)
      }
    })

    it('of hostile names, of no command, or with a secret are refused, and nothing is saved', async () => {
      for (const name of ['../x', '', 'a b', '__proto__', 'a:b', '$(x)', 'é', '-x', 'x'.repeat(65), 'x\n'])
        assert.equal(isAliasName(name), false, name)
      for (const [name, expansion] of [
        ['../x', 'version'],
        ['ws', 'version'],
        ['login', 'version'],
        ['x', ''],
        ['x', "version 'y"],
        ['x', '--profile a version'],
        ['x', 'auth login --api-key sk_live_1'],
      ] as const) {
        const {exit, stderr} = await superset.run(['alias', 'set', '--', name, expansion])
        assert.equal(exit, 2, `${name}: ${stderr}`)
      }

      assert.throws(() => readFileSync(file()), {code: 'ENOENT'})
    })
  })
})
