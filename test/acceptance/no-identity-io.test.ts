import assert from 'node:assert/strict'
import path from 'node:path'
import {Home} from '../support/cli.ts'
import {CountingServer} from '../support/counting-server.ts'
import {ReadTrap} from '../support/read-trap.ts'
import {skip} from '../support/skip.ts'

/** Where a session would be found, and which storage it is in. */
const FILES = ['config.json', 'identity/profiles/default.json'] as const

/** None of these acts for anybody, so none may care who is signed in. */
const HARMLESS = [
  '--help',
  '--version',
  'version',
  'help',
  'help tasks list',
  'tasks list --help',
  'tasks --help',
  'auth login --help',
  'autocomplete --help',
  'plugins --help',
  'plugins --core',
]

describe('commands that need no identity', () => {
  before(function () {
    if (process.platform === 'win32') skip(this, 'Windows has no FIFOs')
  })

  it('open no file of identity, ask no server, and mind no variable of it', async () => {
    await using home = await Home.createResident()
    await using server = await CountingServer.start()
    await using config = await ReadTrap.set(path.join(home.superset, FILES[0]))
    await using index = await ReadTrap.set(path.join(home.superset, FILES[1]))
    const env = {
      SUPERSET_API_URL: server.url,
      SUPERSET_STORAGE_KEY: 'no key',
      SUPERSET_STORAGE: 'no storage',
      SUPERSET_PROFILE: '../..',
      SUPERSET_API_KEY: 'no\u0007key',
      SUPERSET_IDENTITY: 'not-there',
    }
    for (const command of HARMLESS) {
      const {code, stdout, stderr} = await home.run(command.split(' '), {env})
      assert.deepEqual([code, stderr], [0, ''], `${command}: ${stdout}${stderr}`)
      assert.notEqual(stdout, '')
    }

    assert.deepEqual([config.sprung, index.sprung, server.connections], [false, false, 0])
  })

  for (const file of FILES) {
    it(`the trap at ${file} works: \`auth status\` springs it, and still asks no server`, async () => {
      await using home = await Home.createResident()
      await using server = await CountingServer.start()
      await using trap = await ReadTrap.set(path.join(home.superset, file))
      await home.run(['auth', 'status'], {env: {SUPERSET_API_URL: server.url}})
      await trap.waitUntilSprung()
      assert.equal(server.connections, 0)
    })
  }

  it('a command that needs one does mind', async () => {
    await using home = await Home.createResident()
    for (const [name, value] of Object.entries({SUPERSET_STORAGE: 'no storage', SUPERSET_PROFILE: '../..'})) {
      const {code, stderr} = await home.run(['tasks', 'list'], {env: {[name]: value}})
      assert.equal(code, 78)
      assert.match(stderr, new RegExp(name))
    }
  })
})
