import assert from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import {readdir, rm} from 'node:fs/promises'
import {createRequire} from 'node:module'
import path from 'node:path'
import {Home, type Run} from '../support/cli.ts'
import {layPlugins} from '../support/identity-plugin.ts'
import {few, itInFull, times} from '../support/matrix.ts'
import type {PackageFiles} from '../support/registry.ts'
import {assertSucceeded} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'

const NAME = '@acme/odd'
const OCLIF = createRequire(import.meta.url).resolve('@oclif/core')
const COMMAND = `const {Command} = require('@oclif/core'); exports.default = class extends Command { async run() { console.log('odd ran') } }`
const LISTED = /^@acme\/odd\t1\.0\.0\t/

/** A plugin as its author left it: without a manifest. */
function odd(files: PackageFiles, oclif: object = {}): PackageFiles {
  return {
    'package.json': JSON.stringify({name: NAME, version: '1.0.0', oclif: {commands: './commands', ...oclif}}),
    ...files,
  }
}

/** A plugin with a command of its own and one hook, whose code this is. */
function hooked(code: string, event = 'init'): PackageFiles {
  return odd({'hook.js': code}, {commands: undefined, hooks: {[event]: './hook.js'}})
}

describe('a plugin that misbehaves', () => {
  let home: Home
  let imports: string
  before(async () => {
    home = await Home.create()
    imports = path.join(home.path, 'imports')
  })
  beforeEach(async () => {
    await rm(imports, {force: true})
  })
  after(async () => {
    await home[Symbol.asyncDispose]()
  })

  function superset(line: string): Promise<Run> {
    const places = {
      XDG_CACHE_HOME: path.join(home.path, '.cache'),
      XDG_DATA_HOME: path.join(home.path, '.local/share'),
    }
    return home.run(line.split(' '), {env: {...places, SUPERSET_API_URL: 'http://127.0.0.1:9', IMPORTS: imports}})
  }

  /** Each import is written down. */
  const counted = (code: string): string =>
    `require('node:fs').appendFileSync(process.env.IMPORTS, 'imported\\n'); ${code}`
  const count = (): number => (existsSync(imports) ? readFileSync(imports, 'utf8').trim().split('\n').length : 0)

  async function isUntouched(...lines: string[]): Promise<void> {
    for (const line of lines) {
      const run = await superset(line)
      // Where all plugins are listed, what is wrong with them is said.
      if (line !== 'plugins') assert.equal(run.stderr, '', line)
      assert.equal(run.code, line === 'auth status' ? 4 : 0, line)
    }
  }

  for (const type of few(['user', 'link'] as const, (one) => one === 'user')) {
    it(`by a command that throws when it is imported (${type}): it is missing, nothing else is, and \`plugins\` says why`, async () => {
      const bad = `throw new Error('it is of another time')`
      await layPlugins(home.path, [
        {files: odd({'commands/odd/bad.js': counted(bad), 'commands/odd/run.js': counted('')}), type},
      ])
      await superset('version')
      const once = count()
      const lines = ['--help', 'version', 'auth status', 'autocomplete script bash']
      await isUntouched(...lines.slice(0, times({full: lines.length, few: 1})))
      assert.equal(count(), once, 'no later start imports anything')
      const {stderr, stdout} = await superset('plugins')
      assert.match(stdout, LISTED)
      assert.match(stderr, /^@acme\/odd: odd bad: it is of another time\.$/m)
    })
  }

  itInFull('by commands that are slow to import: only its own run waits for them', async () => {
    const slow = `${counted('')} Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);`
    const files = odd({
      'commands/odd.js': slow + COMMAND.replace('@oclif/core', OCLIF),
    })
    await layPlugins(home.path, [{files}])
    await superset('version')
    const once = count()
    await isUntouched(...['--help', 'version'].slice(0, times({full: 2, few: 1})))
    assert.equal(count(), once)
    const own = await superset('odd')
    assertSucceeded(own)
    assert.equal(own.stdout, 'odd ran\n')
    assert.ok(count() > once)
  })

  it('by ending the process when it is imported: it has no commands, and `plugins` says why', async () => {
    await layPlugins(home.path, [{files: odd({'commands/odd.js': `console.log('bye'); process.exit(0)`})}])
    await isUntouched('version', 'plugins')
    const {stdout} = await superset('plugins --json')
    const [report] = JSON.parse(stdout) as Array<{state: string; faults: string[]; commands: number}>
    assert.deepEqual(report && [report.state, report.commands], ['broken', 0])
    assert.match(report?.faults.join() ?? '', /ends the process while its commands are imported/)
  })

  it('by an init hook that throws: a line, and the command runs', async () => {
    await layPlugins(home.path, [{files: hooked(`exports.default = () => { throw new Error('boom') }`)}])
    const run = await superset('version')
    assert.deepEqual([run.code, run.stderr], [0, `Plugin ${NAME}: its init hook failed: boom\n`])
  })

  const stopping = [
    ['ends the process', 'exports.default = () => process.exit(0)', 1, 'it ended the process with exit code 0'],
    [
      'ends it in a timer',
      'exports.default = () => new Promise(() => setTimeout(() => process.exit(7), 1))',
      1,
      'code 7',
    ],
    [
      'stops the command, as oclif lets it',
      `exports.default = function () { this.error('not today', {exit: 77}) }`,
      77,
      'not today',
    ],
  ] as const
  for (const [how, code, exit, reason] of few(stopping, ([one]) => one !== 'ends the process')) {
    it(`by an init hook that ${how}: an error that names it`, async () => {
      await layPlugins(home.path, [{files: hooked(code)}])
      const run = await superset('version --json')
      assert.equal(run.code, exit, run.stdout + run.stderr)
      const error = errorOf(run)
      assert.equal(error.code, 'PLUGIN_STOPPED')
      assert.ok(error.message.startsWith(`The plugin ${NAME} stopped this command: `) && error.message.includes(reason))
      assert.deepEqual(error.suggestions, [`If it should not, run \`superset plugins uninstall ${NAME}\`.`])
    })
  }

  it('by an init hook that never ends: given up after five seconds', async () => {
    await layPlugins(home.path, [
      {files: hooked('exports.default = () => new Promise(() => setInterval(() => {}, 1000))')},
    ])
    const started = performance.now()
    const run = await superset('version')
    assert.match(run.stderr, /its init hook has not ended after 5 s; going on without it/)
    assert.match(run.stdout, /^superset\//)
    assert.ok(performance.now() - started >= 5000)
  })

  itInFull('by a hook around commands: it is called for its own commands alone', async () => {
    const hook = `exports.default = () => { require('node:fs').appendFileSync(process.env.IMPORTS, 'hook\\n') }`
    const hooks = Object.fromEntries(
      ['prerun', 'postrun', 'finally', 'command_not_found'].map((event) => [event, './hook.js']),
    )
    const command = COMMAND.replace('@oclif/core', OCLIF)
    await layPlugins(home.path, [{files: odd({'hook.js': hook, 'commands/odd.js': command}, {hooks})}])
    await superset('version')
    assert.equal((await superset('no-such-command')).code, 2)
    assert.equal(count(), 0)
    assertSucceeded(await superset('odd'))
    assert.equal(count(), 3)
  })

  it('by a manifest that says anything at all: what does not fit is missing, alone, and `plugins` says so', async () => {
    const right = {id: 'odd:fine', aliases: [], args: {}, flags: {}, summary: 'Fine.', hidden: false}
    const wrong = {
      'odd:a': {...right, id: 'odd:a', aliases: [[]]},
      'odd:b': {...right, id: 'odd:b', aliases: 5},
      'odd:c': {...right, id: 'odd:c', permutations: [1]},
      'odd:d': {...right, id: 'odd:d', summary: {}, flags: 5},
      'odd:e': {...right, id: 'odd:e', flags: {x: {type: 'option', options: 5}}},
      'odd:f': {...right, id: 'odd:f', args: [5]},
      'odd:\u001b]0;x\u0007': {...right, id: 'odd:\u001b]0;x\u0007'},
    }
    const manifest = (commands: object) => JSON.stringify({version: '1.0.0', commands})
    const lay = async (commands: object, oclif: object = {}) =>
      layPlugins(home.path, [{files: odd({'oclif.manifest.json': manifest(commands)}, oclif)}])
    await lay({...wrong, 'odd:fine': right})
    const lines = ['help odd', 'autocomplete complete -- odd ', '--help', 'tasks list --help', 'auth status']
    await isUntouched(...lines.slice(0, times({full: lines.length, few: 2})))
    const [report] = JSON.parse((await superset('plugins --json')).stdout) as {faults: string[]; commands: number}[]
    assert.deepEqual([report?.commands, report?.faults.length], [1, 7])
    assert.match((await superset('doctor')).stdout, /odd a is left out, because of its manifest: aliases is not/)
    const others = [
      [{'odd:5': {...right, id: 5}, 'odd:fine': right}],
      [{'odd:5': 5}],
      [{}, {topics: {odd: 5}}],
      [{}, {hooks: {init: 5, prerun: [5]}}],
      [{}, {topics: 'odd', plugins: 5, commands: 5}],
    ] as const
    for (const [commands, oclif] of few(others, (one) => one === others[3])) {
      await lay(commands, oclif)
      await isUntouched('--help', 'plugins', 'auth status')
      assert.equal((await superset('doctor')).stderr, '')
    }

    assertSucceeded(await superset('plugins reset'))
    assert.deepEqual(JSON.parse((await superset('plugins --json')).stdout), [])
  })

  itInFull(
    'by a hook around commands of ours that it has, too, by id or by alias: ours answer, without it',
    async () => {
      const hook = `exports.default = () => { require('node:fs').appendFileSync(process.env.IMPORTS, 'hook\\n') }`
      const hooks = Object.fromEntries(['prerun', 'postrun', 'finally'].map((event) => [event, './hook.js']))
      const command = COMMAND.replace('@oclif/core', OCLIF)
      const named = (alias: string) => command.replace('{ async', `{ static aliases = ['${alias}']; async`)
      await layPlugins(home.path, [
        {
          files: odd(
            {'hook.js': hook, 'commands/version.js': command, 'commands/odd.js': named('identity:list')},
            {hooks},
          ),
        },
      ])
      assert.match((await superset('version')).stdout, /^superset\//)
      assert.equal((await superset('tasks list --status x')).code, 4)
      await superset('identity list')
      assert.equal(count(), 0)
      assertSucceeded(await superset('odd'))
      assert.equal(count(), 3)
    },
  )

  itInFull('by an exit code that is not in the table, or is that of a success', async () => {
    for (const exit of few(['999', '0', "'77'"], (one) => one === '0')) {
      const problem = `Object.assign(new Error('no'), {[Symbol.for('superset.problem')]: true, code: 'ACME_NO', exit: ${exit}})`
      const command = COMMAND.replace('@oclif/core', OCLIF).replace(`console.log('odd ran')`, `throw ${problem}`)
      await layPlugins(home.path, [{files: odd({'commands/odd.js': command})}])
      const run = await superset('odd --json')
      assert.equal(run.code, 1, run.stdout + run.stderr)
    }
  })

  it('never in help, plugins, auth, doctor and identity', async () => {
    await layPlugins(home.path, [{files: hooked(`console.log('imported'); process.exit(9)`)}])
    const lines = ['plugins', 'identity list --quiet', '--help', 'help tasks', 'tasks list --help', 'auth status']
    await isUntouched(...lines.slice(0, times({full: lines.length, few: 3})))
    assert.equal((await superset('doctor')).stderr, '')
    assert.match((await superset('plugins')).stdout, LISTED)
  })

  itInFull('by taking the names of commands: those of the CLI win, and `plugins` says so', async () => {
    const command = COMMAND.replace('@oclif/core', OCLIF)
    await layPlugins(home.path, [{files: odd({'commands/version.js': command, 'commands/tasks/list.js': command})}])
    assert.match((await superset('version')).stdout, /^superset\//)
    const {stderr} = await superset('plugins')
    assert.match(stderr, /^@acme\/odd: others answer tasks list \(superset\), version \(superset\)\.$/m)
  })

  itInFull('by being gone: the rest works, and `plugins` and doctor say so', async () => {
    const data = await layPlugins(home.path, [{files: odd({})}])
    await rm(path.join(data, 'node_modules', NAME), {recursive: true})
    await isUntouched('version', 'plugins')
    assert.match((await superset('plugins')).stdout, /broken/)
    assertSucceeded(await superset(`plugins uninstall ${NAME}`))
    assert.deepEqual(await readdir(data), ['package.json'])
    assert.equal((await superset('plugins')).stderr, 'There are no plugins.\n')
  })
})
