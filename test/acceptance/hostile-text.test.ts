import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {listening, type Listening} from '../../packages/plugin-auth/test/network/loopback-servers.ts'
import {CLI, Home} from '../support/cli.ts'
import {HUMAN} from '../support/modes.ts'
import {few} from '../support/matrix.ts'

/** Escape sequences (colour, conceal, a title, the clipboard), C1 controls, line breaks, backspace, marks of direction. */
const HOSTILE =
  '\u001b[31m\u001b[8m\u001b[2J\u001b]0;t\u0007\u001b]52;c;aGk=\u0007\u009b31m\u009d52;c;aGk=\u009c\u0000\b\t\r\n' +
  '\u000b\u0085\u007f\u2028\u2029\u061c\u200e\u200f\u202a\u202e\u2066\u2069'
const IN_JSON = JSON.stringify(HOSTILE).slice(1, -1)
/** What may not come out: all controls but the line break that ends a line. */
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

/** Each command of the manifest, with arguments that make the service answer; or why it shows nothing of the service's. */
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
  'organization:list': [['organization', 'list']],
  'organization:members:list': [['organization', 'members', 'list']],
  'organization:switch': [
    ['organization', 'switch', '$acme'],
    ['organization', 'switch', 'no such'],
  ],
  'tasks:create': [['tasks', 'create', '--title', 'x']],
  'tasks:delete': [
    ['tasks', 'delete', '$task', '--yes'],
    ['tasks', 'delete', 'no-such', '--yes'],
  ],
  'tasks:get': [
    ['tasks', 'get', '$task'],
    ['tasks', 'get', 'no-such'],
  ],
  'tasks:list': [['tasks', 'list']],
  'tasks:statuses:list': [['tasks', 'statuses', 'list']],
  'tasks:update': [
    ['tasks', 'update', '$task', '--title', 'y'],
    ['tasks', 'update', 'no-such', '--title', 'y'],
  ],
  schema: 'our own',
  version: 'our own',
}
/** They show what plugins and releases say of themselves; their suites attack them. */
const ELSEWHERE = /^(?:plugins|update|autocomplete|help)(?::|$)/

describe('what the service says is shown, not obeyed', () => {
  let sandbox: Sandbox
  let hostile: Listening
  let home: Home
  let env: Record<string, string | undefined>
  before(async () => {
    sandbox = await startSandbox()
    hostile = await listening(createServer((request, response) => void pass(request, response, sandbox.url)))
    home = await Home.createResident()
    env = {
      ...HUMAN,
      SUPERSET_API_URL: `http://127.0.0.1:${hostile.port}`,
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
      const {commands} = JSON.parse(readFileSync(file, 'utf8')) as {commands: Record<string, {hidden?: boolean}>}
      return Object.keys(commands).filter((id) => !commands[id]?.hidden)
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
    if (word === '$acme') return sandbox.organizations.acme.id
    if (word !== '$task') return word
    const direct = {...env, SUPERSET_API_URL: sandbox.url}
    const {stdout} = await home.run(['tasks', 'create', '--title', 'one', '--json'], {env: direct})
    return (JSON.parse(stdout) as {slug: string}).slug
  }
})

/** The service, with the hostile text at the end of every string and key that its API answers. */
async function pass(request: IncomingMessage, response: ServerResponse, to: string): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const input = Buffer.concat(chunks).toString('utf8').replaceAll(IN_JSON, '')
  const url = to + encodeURI(decodeURIComponent(request.url ?? '/').replaceAll(IN_JSON, ''))
  const {host: _own, connection: _hop, 'content-length': _changed, ...headers} = request.headers
  const answer = await fetch(url, {
    method: request.method ?? 'GET',
    headers: headers as Record<string, string>,
    ...(input !== '' && {body: input}),
  })
  const text = await answer.text()
  const isApi = request.url?.startsWith('/api/trpc/') ?? false
  response.writeHead(answer.status, {'content-type': answer.headers.get('content-type') ?? 'text/plain'})
  response.end(isApi ? JSON.stringify(JSON.parse(text), spoil) : text)
}

/** The envelope of tRPC stays as it is, so that the answer is still one. */
function spoil(key: string, value: unknown): unknown {
  if (typeof value === 'string' && !['code', 'path'].includes(key)) return value + HOSTILE
  const isEntity = typeof value === 'object' && value !== null && 'id' in value && !('x' in value)
  return isEntity ? {...value, x: 1, [`key${HOSTILE}`]: 1} : value
}
