import assert from 'node:assert/strict'
import {spawn, spawnSync} from 'node:child_process'
import {chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {skip} from '../support/skip.ts'
import {type Cli, cli, errorOf} from './cli.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

describe('profiles', () => {
  let superset: Cli
  beforeEach(() => {
    superset = cli()
  })
  afterEach(() => superset.remove())

  const file = (name: string) => path.join(superset.home, 'superset/cli', name)

  function write(name: string, text: string): void {
    mkdirSync(path.dirname(file(name)), {recursive: true})
    writeFileSync(file(name), text, {mode: 0o600})
  }

  it('begin with --create, are listed for a person, a script and as names, and are forgotten', async () => {
    assert.equal((await superset.run(['auth', 'switch', 'work', '--create'])).exit, 0)
    const {stdout, stderr} = await superset.run(['auth', 'list'])
    assert.match(stdout, /^false\tdefault\t.*\ntrue\twork\t.*\tsigned in\n$/)
    assert.match(stderr, /Current profile: work \(chosen with `superset auth switch`\)/)
    const json = JSON.parse((await superset.run(['auth', 'list', '--json'])).stdout) as {profile: string}[]
    assert.deepEqual(json.at(-1), {
      profile: 'work',
      current: true,
      source: 'config',
      state: 'signed in',
      signedIn: true,
      apiUrl: 'http://127.0.0.1:9',
      identity: '@fixture/plugin-identity',
    })
    assert.equal((await superset.run(['auth', 'list', '-q'])).stdout, 'default\nwork\n')
    assert.equal((await superset.run(['auth', 'forget', 'work'])).exit, 2)
    assert.equal((await superset.run(['auth', 'forget', 'work', '-y'])).exit, 0)
    assert.equal((await superset.run(['auth', 'list', '-q'])).stdout, 'default\n')
  })

  it('that are unknown are refused, with those that are known and the nearest', async () => {
    await superset.run(['auth', 'switch', 'work', '--create'])
    for (const args of [
      ['auth', 'switch', 'wrok'],
      ['auth', 'forget', 'wrok', '--yes'],
    ]) {
      const {exit, stdout} = await superset.run([...args, '--json'])
      const {code, message, suggestions} = errorOf(stdout)
      assert.deepEqual([exit, code], [2, 'PROFILE_UNKNOWN'])
      assert.match(message, /default, work/)
      assert.equal(suggestions[0], 'Did you mean work?')
    }

    const {exit, stdout} = await superset.run(['auth', 'switch', '--json'])
    assert.deepEqual([exit, errorOf(stdout).code], [2, 'PROFILE_MISSING'])
    assert.match(errorOf(stdout).message, /default, work/)
  })

  it('tell what this terminal puts before all of them', async () => {
    const {stderr} = await superset.run(['auth', 'list'], {env: {SUPERSET_API_KEY: 'sk_live_secretsecret'}})
    assert.match(stderr, /SUPERSET_API_KEY is set and wins/)
  })

  it('are an option of every command, in the help and before the name', async () => {
    const {stdout} = await superset.run(['--help'])
    assert.match(stdout, /GLOBAL OPTIONS\n +--profile=<name>/)
    for (const args of [
      ['plugins', '--profile', 'work'],
      ['--profile', 'work', 'version'],
      ['version', '--profile=work'],
      ['help', 'tasks', '--profile', 'work'],
      ['autocomplete', '--profile', 'work'],
    ]) {
      const {exit, stderr} = await superset.run(args)
      assert.equal(exit, 0, args.join(' ') + stderr)
    }

    const bare = await superset.run(['version', '--profile', '--json'])
    assert.deepEqual([bare.exit, errorOf(bare.stdout).code], [2, 'USAGE_PROFILE'])
  })

  const faults: Readonly<Record<string, () => void>> = {
    rubbish: () => write('settings.json', '{rubbish'),
    'a folder in its place': () => mkdirSync(file('settings.json'), {recursive: true}),
    'a file that others can write'() {
      write('settings.json', '{"profile": "work"}')
      chmodSync(file('settings.json'), 0o666)
    },
    ...(process.geteuid?.() === 0 && {
      "another user's file"() {
        write('settings.json', '{"profile": "work"}')
        chownSync(file('settings.json'), 12_345, 12_345)
      },
    }),
  }
  for (const [fault, make] of Object.entries(faults)) {
    it(`wrong settings (${fault}) refuse the session, name the file, and lock nobody out`, async () => {
      write('profiles/work.json', '{}')
      make()
      const refused = await superset.run(['tasks', 'list'])
      assert.equal(refused.exit, 78)
      const name = file('settings.json')
      assert.ok(refused.stderr.includes(name), refused.stderr)
      for (const args of [['--help'], ['help', 'auth'], ['version'], ['plugins']])
        assert.equal((await superset.run(args)).exit, 0, args.join(' '))
      const list = await superset.run(['auth', 'list'])
      assert.match(list.stdout, /^false\twork\t.*cannot be used$/m)
      assert.ok(list.exit === 78 && list.stderr.includes(name), list.stderr)
      for (const args of [['doctor'], ['doctor', '--fix']]) {
        const {exit, stdout} = await superset.run(args)
        assert.ok(exit === 1 && /FAIL +configuration/.test(stdout) && stdout.includes(name), stdout)
      }

      rmSync(name, {recursive: true})
      assert.equal((await superset.run(['auth', 'switch', 'work'])).exit, 0)
    })
  }

  it('wrong settings of one profile concern that profile alone, and switching away works', async () => {
    write('settings.json', '{"profile": "work"}')
    write('profiles/work.json', '{"issuer": 1}')
    const list = await superset.run(['auth', 'list'])
    assert.equal(list.exit, 0)
    assert.match(list.stdout, /^false\tdefault\t.*\tsigned in\ntrue\twork\t.*cannot be used$/m)
    assert.match(list.stderr, /work: .*work\.json: issuer must be a text/)
    const doctor = await superset.run(['doctor', '--json', '--profile', 'default'])
    const {checks} = JSON.parse(doctor.stdout) as {checks: {name: string; outcome: string; message: string}[]}
    const wrong = checks.filter(({name}) => name === 'configuration')
    assert.deepEqual([wrong.length, wrong[0]?.outcome], [1, 'fail'])
    assert.match(wrong[0]?.message ?? '', /work\.json/)
    assert.ok(checks.some(({name, outcome}) => name === 'identity' && outcome === 'pass'))
    assert.equal((await superset.run(['auth', 'switch', 'default'])).exit, 0)
    assert.equal(readFileSync(file('settings.json'), 'utf8'), '{}\n')
    assert.equal(existsSync(file('profiles/default.json')), false)
  })

  it('are a list to choose from on a terminal', async function () {
    if (spawnSync('script', ['--version']).status !== 0) skip(this, 'no `script` to make a terminal with')
    await superset.run(['auth', 'switch', 'work', '--create'])
    const command = `${process.execPath} ${ROOT}/bin/run.js auth switch`
    const environment = {...superset.env, TERM: 'xterm', CI: ''}
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let shown = ''
    for await (const text of child.stdout.setEncoding('utf8')) {
      // The first of the list, by its number.
      if (!shown.includes('[work]: ') && (shown + text).includes('[work]: ')) child.stdin.write('1\r')
      shown += text
    }

    assert.match(shown, /Switched to profile default\./)
    assert.equal(readFileSync(file('settings.json'), 'utf8'), '{}\n')
  })
})
