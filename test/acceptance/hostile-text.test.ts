import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {CLI, Home} from '../support/cli.ts'
import {FORBIDDEN, startHostile} from '../support/hostile-service.ts'
import {HUMAN} from '../support/modes.ts'
import {few} from '../support/matrix.ts'

/**
 * Each command of the manifest, with arguments that make the service answer; or why it shows nothing of the service's. Those
 * that need a session are held in this process: see every-command.test.ts.
 */
const COMMANDS: Readonly<Record<string, readonly (readonly string[])[] | string>> = {
  'auth:forget': 'names of profiles, which hold letters, digits, dots and dashes',
  'auth:list': 'the account that signing in learned: see auth:login',
  'auth:login': [['auth', 'login', '--with-api-key', '--storage', 'file', '--replace']],
  'auth:logout': 'it says whose session it was: see auth:login',
  'auth:migrate': 'it says where credentials are',
  'auth:refresh': 'API keys are not refreshed; the token endpoint has suites of its own',
  'auth:status': [['auth', 'status']],
  'auth:switch': 'names of profiles',
  'auth:token': 'the credential itself, for scripts',
  'auth:whoami': [['auth', 'whoami']],
  doctor: [['doctor']],
  'identity:list': 'plugins',
  'identity:reset': 'plugins',
  'identity:use': 'plugins',
  'tasks:get': [
    ['tasks', 'get', '$task'],
    ['tasks', 'get', 'no-such'],
  ],
  'policy:check': 'what the file says that is checked: its suite',
  schema: 'our own',
  version: 'our own',
}
/** They show what plugins, releases and this user's own files say; their suites attack them. */
const ELSEWHERE = /^(?:alias|config|plugins|update|autocomplete|help)(?::|$)/

describe('what the service says is shown, not obeyed', () => {
  let sandbox: Sandbox
  let hostile: Awaited<ReturnType<typeof startHostile>>
  let home: Home
  let env: Record<string, string | undefined>
  before(async () => {
    sandbox = await startSandbox()
    hostile = await startHostile(sandbox.url)
    home = await Home.createResident()
    env = {
      ...HUMAN,
      SUPERSET_API_URL: hostile.url,
      SUPERSET_API_KEY: sandbox.apiKey,
      SUPERSET_ORGANIZATION_ID: sandbox.organizations.acme.id,
    }
  })
  after(async () => {
    await home[Symbol.asyncDispose]()
    await hostile[Symbol.asyncDispose]()
    await sandbox.close()
  })

  it('knows every command of the manifest', () => {
    const ids = ['.', 'packages/plugin-auth'].flatMap((folder) => {
      const file = path.resolve(path.dirname(CLI), '..', folder, 'oclif.manifest.json')
      const {commands} = JSON.parse(readFileSync(file, 'utf8')) as {
        commands: Record<string, {hidden?: boolean; identity?: string}>
      }
      return Object.keys(commands).filter((id) => !commands[id]?.hidden && commands[id]?.identity !== 'required')
    })
    assert.deepEqual(
      ids.filter((id) => !(id in COMMANDS) && !ELSEWHERE.test(id)),
      [],
    )
  })

  /** People read these; they print everything that an answer can hold. */
  const standsForKind = ([id]: readonly [string, unknown]): boolean => id === 'tasks:get' || id === 'auth:whoami'
  for (const [id, calls] of few(Object.entries(COMMANDS), standsForKind)) {
    if (typeof calls === 'string') continue
    for (const args of calls)
      for (const mode of few([[], ['--quiet'], ['--json']], (one) => one[0] !== '--quiet' || id === 'tasks:get'))
        it(`${id}: ${[...args, ...mode].join(' ')}`, async () => {
          const words = await Promise.all(args.map((word) => resolve(word)))
          const {stdout, stderr} = await home.run([...words, ...mode], {env, input: sandbox.apiKey})
          const said = stdout + stderr
          if (!mode.includes('--quiet')) assert.notEqual(said, '')
          assert.doesNotMatch(said, FORBIDDEN)
          assert.doesNotMatch(said, /Unexpected|UNEXPECTED|\n {4}at /)
          if (mode.includes('--json')) assert.doesNotThrow(() => void JSON.parse(stdout))
        })
  }

  /** A task of its own for each call, made without the hostile server. */
  async function resolve(word: string): Promise<string> {
    if (word !== '$task') return word
    const direct = {...env, SUPERSET_API_URL: sandbox.url}
    const {stdout} = await home.run(['tasks', 'create', '--title', 'one', '--json'], {env: direct})
    return (JSON.parse(stdout) as {slug: string}).slug
  }
})
