import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import path from 'node:path'
import {Home, type Run} from '../support/cli.ts'
import {installCli, start, type Terms} from '../support/installed-cli.ts'
import type {InstalledRoot} from '../support/installed-root.ts'
import {few, itInFull} from '../support/matrix.ts'
import {needsMountNamespace, PolicedMachine} from '../support/policed-machine.ts'
import {ReleaseHost} from '../support/update-host.ts'
import {assertPublishedShape} from '../support/published-shape.ts'
import {skip} from '../support/skip.ts'
import {errorOf} from '../support/stored-key.ts'

const POINTER = 'channels/stable/linux-x64.json'

describe('superset update', () => {
  let host: ReleaseHost
  let root: InstalledRoot
  before(function () {
    if (`${process.platform}-${process.arch}` !== 'linux-x64') skip(this, 'its fake releases are for linux-x64')
  })
  beforeEach(async () => {
    host = await ReleaseHost.start()
    root = await installCli(host.build)
  })
  afterEach(async () => {
    await host?.[Symbol.asyncDispose]()
    await root?.[Symbol.asyncDispose]()
  })

  const run = (args: readonly string[], terms?: Terms): Promise<Run> => start(root, args, terms).ended

  it('says what it did: to a person, as data, as a bare version; and there and back', async () => {
    host.publish({version: '1.1.0'})
    const {code, stderr, stdout} = await run(['update'])
    assert.deepEqual([code, stdout, stderr], [0, 'Updated superset from 1.0.0 to 1.1.0.\n', ''])
    assert.equal(await root.says(), 'superset/1.1.0')
    const old = path.join(root.path, 'versions/1.0.0/bin/superset')
    const back = execFileSync(old, ['update', '--rollback', '--json'], {encoding: 'utf8'})
    assertPublishedShape('update', back)
    assert.deepEqual(JSON.parse(back), {from: '1.1.0', to: '1.0.0', changed: true, source: 'disk'})
    assert.equal((await run(['update', '-v', '1.1.0', '--quiet'])).stdout, '1.1.0\n')
  })

  itInFull('lists what there is, and follows a channel, named either way', async () => {
    host.publish({version: '1.1.0-beta.1', channel: 'beta'})
    host.list(['1.0.0', '1.1.0-beta.1'])
    const {stdout} = await run(['update', '--available', '--json'])
    assertPublishedShape('update', stdout)
    assert.deepEqual(
      (JSON.parse(stdout) as {version: string; current: boolean}[]).map(({current, version}) => [version, current]),
      [
        ['1.1.0-beta.1', false],
        ['1.0.0', true],
      ],
    )
    assert.match(
      (await run(['update', '-a'])).stdout,
      /^VERSION +CHANNEL +DOWNLOADED\n1\.1\.0-beta\.1 +stable +—\n1\.0\.0 \(current\) +stable +true\n$/,
    )
    assert.equal((await run(['update', 'beta', '--quiet'])).stdout, '1.1.0-beta.1\n')
  })

  it('takes mistakes for usage', async () => {
    const mistakes = [
      ['--version', '1.1'],
      ['beta', '--version', '1.1.0'],
      ['--channel', '../x'],
      ['--rollback', '--available'],
      ['beta', '--rollback'],
    ]
    for (const args of few(mistakes, ([one]) => one === 'beta')) {
      const {code, stdout} = await run(['update', ...args, '--json'])
      assert.deepEqual([code, errorOf({stdout}).code], [2, 'USAGE_INVALID'], args.join(' '))
    }

    assert.deepEqual(host.asked, [])
  })

  itInFull('refuses what is not signed, as JSON where that is asked for', async () => {
    const {payload} = host.publish({version: '1.1.0'})
    host.files.set(POINTER, Buffer.from(JSON.stringify(payload)))
    const {code, stderr, stdout} = await run(['update', '--json'])
    assert.deepEqual([code, errorOf({stdout}).code, stderr], [1, 'UPDATE_UNSIGNED', ''])
  })

  it('obeys the policy of the machine, which also keeps anything from being looked for', async function () {
    needsMountNamespace(this)
    await using machine = await PolicedMachine.create({update: {enabled: false}})
    const {prefix} = machine
    host.publish({version: '1.1.0'})
    const ways: ReadonlyArray<readonly string[]> = [[], ['--version', '1.1.0'], ['--rollback'], ['--available']]
    for (const args of few(ways, ([one]) => one === '--rollback')) {
      const {code, stdout} = await run(['update', ...args, '--json'], {prefix})
      assert.deepEqual([code, errorOf({stdout}).code], [77, 'POLICY_REFUSED'], args.join(' '))
      assert.match(errorOf({stdout}).message, /policy \/etc\/superset\/policy\.json: update\.enabled/)
    }

    await run(['auth', 'list'], {terminal: true, prefix})
    assert.deepEqual(host.asked, [])
    await machine.setPolicy({update: {channel: 'lts'}})
    host.publish({version: '1.2.0', channel: 'lts'})
    assert.equal((await run(['update', '--quiet'], {prefix})).stdout, '1.2.0\n')
  })

  it('ends by the signal that stopped it, and leaves nothing', async () => {
    const {archive} = host.publish({version: '1.1.0'})
    const update = start(root, ['update'])
    host.answers.set(archive, (_request, response) => {
      response.writeHead(200).write('x')
      // The launcher has become the program itself.
      update.child.kill('SIGTERM')
    })
    const {signal, stdout} = await update.ended
    assert.deepEqual([signal, stdout, await root.versions()], ['SIGTERM', '', ['1.0.0']])
  })

  it('what was not set up by the install script says how it is updated: 0, but 1 for a version', async () => {
    await using home = await Home.create()
    const {code, stdout} = await home.run(['update', '--json'])
    assert.equal(code, 0)
    const {how, ...rest} = JSON.parse(stdout) as {how: string}
    assert.deepEqual(rest, {changed: false, updatable: false})
    assert.match(how, /install/)
    const named = await home.run(['update', '--version', '1.1.0', '--json'])
    assert.deepEqual([named.code, errorOf(named).code], [1, 'UPDATE_NOT_OURS'])
  })
})
