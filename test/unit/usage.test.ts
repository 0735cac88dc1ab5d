import assert from 'node:assert/strict'
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
