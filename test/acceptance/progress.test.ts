import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {CLI, Home} from '../support/cli.ts'
import {few, itInFull} from '../support/matrix.ts'
import {skip} from '../support/skip.ts'
import {Terminal, terminalMissing} from '../support/terminal.ts'

/** Cursor up, and away with everything below. */
const TAKEN_BACK = '\u001B[1A\u001B[J'

describe('what a person sees while something takes its time', () => {
  let server: Server
  let home: Home
  let held: ServerResponse[]

  before(async function () {
    const missing = terminalMissing()
    if (missing !== undefined) skip(this, missing)
    server = createServer((_request, response) => void held.push(response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => {
    server?.closeAllConnections()
    server?.close()
  })
  beforeEach(async () => {
    held = []
    home = await Home.create()
  })
  afterEach(() => home?.[Symbol.asyncDispose]())

  const host = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = (more: Record<string, string> = {}): NodeJS.ProcessEnv => ({
    ...{...process.env, HOME: home.path, SUPERSET_API_URL: `http://${host()}`, SUPERSET_API_KEY: 'sk_live_key'},
    ...more,
  })
  const release = (): void => {
    server.removeAllListeners('request').on('request', (_request, response) => refuse(response))
    for (const response of held.splice(0)) refuse(response)
  }

  function refuse(response: ServerResponse): void {
    response.writeHead(401, {'content-type': 'application/json'}).end('{"error":{}}')
  }

  for (const columns of few([80, 40], (one) => one === 40)) {
    it(`${columns} columns: what is waited for, after a second, and gone when it has come`, async () => {
      hold()
      await using terminal = new Terminal([process.execPath, CLI, 'tasks', 'list'], {columns, env: env()})
      await terminal.see(new RegExp(`Waiting for ${host().replaceAll('.', '\\.')}`))
      release()
      assert.equal(await terminal.ended, 78, terminal.screen)
      assert.ok(terminal.screen.lastIndexOf(TAKEN_BACK) > terminal.screen.lastIndexOf('Waiting for'), terminal.screen)
    })
  }

  itInFull('NO_COLOR: the same without colours', async () => {
    hold()
    await using terminal = new Terminal([process.execPath, CLI, 'tasks', 'list'], {env: env({NO_COLOR: '1'})})
    await terminal.see(/Waiting for/)
    release()
    await terminal.ended
    assert.doesNotMatch(terminal.screen, /\u001B\[[0-9;]*m/)
  })

  it('nothing of it under --json and --quiet, nor without a terminal', async () => {
    hold()
    await using json = new Terminal([process.execPath, CLI, 'tasks', 'list', '--json'], {env: env()})
    await using quiet = new Terminal([process.execPath, CLI, 'tasks', 'list', '--quiet'], {env: env()})
    const piped = home.start(['tasks', 'list'], {env: env()})
    while (held.length < 3) await once(server, 'request')
    // It has come to those that show it by the time that one which began later shows it.
    await using shown = new Terminal([process.execPath, CLI, 'tasks', 'list'], {env: env()})
    await shown.see(/Waiting for/)
    release()
    await Promise.all([json.ended, quiet.ended, shown.ended])
    assert.doesNotMatch(json.screen + quiet.screen, /Waiting for/)
    assert.doesNotMatch((await piped.ended).stderr, /Waiting for/)
  })

  function hold(): void {
    server.removeAllListeners('request').on('request', (_request, response) => void held.push(response))
  }
})
