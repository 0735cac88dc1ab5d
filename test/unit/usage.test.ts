import assert from 'node:assert/strict'
import {stripVTControlCharacters} from 'node:util'
import {type Cli, cli, errorOf} from './cli.ts'
import {answering, result} from './service/answering.ts'

describe('the command line', () => {
  let superset: Cli
  beforeEach(() => {
    superset = cli()
  })
  afterEach(() => superset.remove())

  for (const [args, code] of [
    [['tasks', 'list', '--nope', '--json'], 'USAGE_INVALID'],
    [['tasks', 'list', 'extra', '--json'], 'USAGE_INVALID'],
    [['tasks', 'list', '--limit', '--json'], 'USAGE_INVALID'],
    [['tasks', 'list', '--limit', '0', '--json'], 'USAGE_INVALID'],
    [['tasks', 'list', '--due-from', '2026-02-30', '--json'], 'USAGE_INVALID'],
    [['tasks', 'list', '--priority', 'huge', '--json'], 'USAGE_INVALID'],
    [['tasks', 'create', '--json'], 'USAGE_INVALID'],
    [['tasks', 'get', '--json'], 'USAGE_INVALID'],
    [['tasks', 'update', 'x', '--json'], 'USAGE_INVALID'],
    [['tasks', 'update', 'x', '--clear', 'title', '--json'], 'USAGE_INVALID'],
    [['tasks', 'update', 'x', '--clear', 'due-date', '--due-date', '2026-01-01', '--json'], 'USAGE_INVALID'],
    [['tasks', 'delete', 'x', '--json'], 'CONFIRMATION_NEEDED'],
    [['taks', 'list', '--json'], 'USAGE_UNKNOWN_COMMAND'],
    [['tasks', 'lsit', '--json'], 'USAGE_UNKNOWN_COMMAND'],
  ] as const) {
    it(`takes a mistake for usage, in JSON too: ${args.join(' ')}`, async () => {
      const {exit, stderr, stdout} = await superset.run(args)
      assert.deepEqual([exit, stderr, errorOf(stdout).code], [2, '', code])
      assert.doesNotMatch(errorOf(stdout).message, /See more help|Parsing/)
    })
  }

  it('suggests the command that was meant, and runs nothing', async () => {
    const {exit, stderr, stdout} = await superset.run(['tasks', 'lsit'])
    assert.deepEqual([exit, stdout, superset.journal()], [2, '', []])
    assert.match(stderr, /Did you mean `superset tasks list`\?/)
  })

  // What people mistype or type from habit, and what each answer must name.
  for (const [typed, meant] of [
    ['task', 'superset tasks'],
    ['taks list', 'superset tasks list'],
    ['tasks ls', 'superset tasks list'],
    ['tasks lst', 'superset tasks list'],
    ['list tasks', 'superset tasks list'],
    ['tasks show 1', 'superset tasks get'],
    ['tasks rm 1', 'superset tasks delete'],
    ['tasks new', 'superset tasks create'],
    ['issue view 1', 'superset tasks get'],
    ['task status list', 'superset tasks statuses list'],
    ['auth signin', 'superset auth login'],
    ['signin', 'superset auth login'],
    ['sign-out', 'superset auth logout'],
    ['auth logn', 'superset auth login'],
    ['token', 'superset auth token'],
    ['AUTH LOGIN', 'superset auth login'],
    ['plugins list', 'superset plugins'],
    ['plugins ls', 'superset plugins'],
    ['plugin install x', 'superset plugins install'],
    ['plugins instal x', 'superset plugins install'],
    ['orgs list', 'superset organization list'],
    ['org swich acme', 'superset org switch'],
    ['workspace list', 'superset workspaces list'],
    ['machines', 'superset hosts'],
    ['cron list', 'superset automations list'],
    ['upgrade', 'superset update'],
    ['completion bash', 'superset autocomplete'],
    ['docter', 'superset doctor'],
    ['help taks', 'superset tasks'],
    ['help tasks lst', 'superset tasks list'],
    ['help nonsense', 'superset --help'],
    ['help enviroment', 'superset help environment'],
    ['nonsense --help', 'superset --help'],
    ['tasks nonsense', 'superset tasks --help'],
    ['--verson', 'superset --version'],
    ['--hlep', 'superset --help'],
    ['tasks list --limt 3', '--limit'],
    ['tasks list --sortBy dueDate', '--sort-by'],
    ['tasks list -limit 3', '--limit'],
    ['tasks list --format json', '--output'],
    ['tasks list status=done', '--status=done'],
    ['tasks create --titel x', '--title'],
    ['tasks create --name x', '--title'],
    ['tasks list --priority hgih', '--priority high'],
    ['tasks list --priority HIGH', '--priority high'],
    ['tasks list --output josn', '--output json'],
    ['tasks list --fields titel', '--fields title'],
    ['autocomplete fsh', 'fish'],
    ['whoami --profle x', '--profile'],
    ['update --chanel beta', '--channel'],
    ['tasks list --priority', 'urgent, high, medium, low, none'],
    ['tasks get', 'Example: superset tasks get fix-login'],
    ['tasks create', 'Example: superset tasks create --title'],
    ['auth login later', 'superset auth login --help'],
  ] as const) {
    it(`names what was meant: ${typed}`, async () => {
      const {exit, stderr, stdout} = await superset.run(typed.split(' '), {env: {FORCE_COLOR: '1'}})
      const text = stripVTControlCharacters(stderr)
      assert.deepEqual([exit, stdout, superset.journal()], [2, '', []], stderr)
      // The label alone is coloured, and the help of the command, or of those that there are, is one line.
      assert.doesNotMatch(stderr.replace(/^\S+ /, '') + text, /\u001b|\\u001b|\.\.\n/)
      assert.equal(text.split('\n').filter((line) => /^ {2}.*`superset.* --help`/.test(line)).length, 1, text)
      assert.ok(text.includes(meant), text)
    })
  }

  for (const word of ['login', 'logout', 'whoami']) {
    it(`knows \`${word}\` without its topic, and shows it in no list`, async () => {
      const [help, root] = [await superset.run([word, '--help']), await superset.run(['--help'])]
      assert.equal(help.exit, 0, help.stderr)
      assert.match(help.stdout, new RegExp(`\\$ superset ${word} \\[FLAGS\\]`))
      assert.doesNotMatch(root.stdout, new RegExp(`^  ${word} `, 'm'))
    })
  }

  it('takes values that begin with a dash', async () => {
    const server = await answering(result({task: {id: 'id-1', slug: 'a', title: 'A'}, txid: 1}))
    const args = ['tasks', 'create', '--title', '- a list', '--description=--json', '--labels', '-quick,b']
    const {exit, stderr} = await superset.run(args, {env: {SUPERSET_API_URL: server.origin}})
    await server.close()
    assert.equal(exit, 0, stderr)
    const input = {title: '- a list', description: '--json', labels: ['-quick', 'b']}
    assert.deepEqual(
      server.received.map((one) => one.input),
      [{json: input}],
    )
  })
})
