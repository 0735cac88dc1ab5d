import {startSandbox, type Sandbox} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {Home} from '../support/cli.ts'
import {EVERY_COMMAND} from '../support/every-command.ts'
import {few} from '../support/matrix.ts'
import {HUMAN} from '../support/modes.ts'
import {assertPublishedShape, commandsWithJson, publishedShape} from '../support/published-shape.ts'
import {sandboxEnvironment, STORAGE_KEY} from '../support/signed-in.ts'

/** Held where a registry, or an installation that updates itself, is there for them. */
const ELSEWHERE = ['plugins install', 'plugins reset', 'plugins search', 'plugins update']
/** How they are called, one after the other; those of the service are held in this process: see every-command.test.ts. */
const CALLS = [
  'version',
  'schema',
  'autocomplete',
  'update',
  'alias set mine version',
  'alias list',
  'alias delete mine',
  'auth switch work --create',
  'config set clientId superset-cli',
  'config get clientId',
  'config list',
  'config unset clientId',
  'auth login --storage file',
  'auth status',
  'auth list',
  'auth whoami',
  'auth token',
  'auth token --exec-credential',
  'auth refresh',
  'auth migrate --to key --yes',
  'auth logout --all',
  'auth forget work --yes',
  'identity list',
  'identity use @superset/plugin-auth',
  'identity reset',
  'policy check ./policy.json',
  'plugins create @acme/superset-plugin-jira',
  'plugins link ./plugin',
  'plugins --core',
  'plugins inspect hello',
  'plugins uninstall hello',
  'doctor',
]
/** Of other packages, of several forms, or of a type that no compiler holds to the shape. */
const OFTEN = new Set(['auth list', 'auth login --storage file', 'auth token', 'plugins --core', 'update'])

describe('the published shape of what commands print that tell of this machine', () => {
  let home: Home
  let sandbox: Sandbox
  before(async () => {
    home = await Home.createResident()
    sandbox = await startSandbox()
    await mkdir(path.join(home.path, 'plugin'))
    const manifest = {name: 'hello', version: '1.0.0', oclif: {commands: './commands'}}
    await writeFile(path.join(home.path, 'plugin/package.json'), JSON.stringify(manifest))
    await writeFile(path.join(home.path, 'policy.json'), JSON.stringify({update: {enabled: false}}))
  })
  after(async () => {
    await home?.[Symbol.asyncDispose]()
    await sandbox?.close()
  })

  const run = (line: string) => {
    const env = {...HUMAN, ...sandboxEnvironment(sandbox), SUPERSET_STORAGE_KEY: STORAGE_KEY}
    return home.run(line.split(' '), {env, cwd: home.path})
  }

  it('is there for every command that takes --json', () => {
    assert.deepEqual(
      commandsWithJson().filter((command) => publishedShape(command) === undefined),
      [],
    )
  })

  it('is held by the output of every command', () => {
    const called = (command: string) => CALLS.some((call) => call === command || call.startsWith(`${command} `))
    const known = new Set([...Object.keys(EVERY_COMMAND), ...ELSEWHERE])
    assert.deepEqual(
      commandsWithJson().filter((command) => !known.has(command) && !called(command)),
      [],
    )
  })

  for (const call of few(CALLS, (one) => OFTEN.has(one)))
    it(`is that of ${call}`, async () => {
      const {code, stdout, stderr} = await run(`${call} --json`)
      assert.ok(code === 0 || call === 'doctor', stdout + stderr)
      const command = commandsWithJson()
        .filter((one) => call === one || call.startsWith(`${one} `))
        .toSorted((one, other) => other.length - one.length)[0]
      assertPublishedShape(command ?? call, stdout)
    })

  it('is what schema prints, whichever package has the command', async () => {
    const text = await readFile(publishedShape('auth token') ?? '', 'utf8')
    const {code, stdout} = await run('schema auth token')
    assert.deepEqual([code, JSON.parse(stdout)], [0, JSON.parse(text)])
  })

  it('is not there for a command that does not exist', async () => {
    const {code, stderr, stdout} = await run('schema no such')
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /There is no command no such\./)
  })
})
