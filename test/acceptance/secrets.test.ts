import assert from 'node:assert/strict'
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {keyringMissing, startKeyring} from '../../packages/plugin-auth/test/support/keyring-session.ts'
import {Home} from '../support/cli.ts'
import {readPlaces} from '../support/file-places.ts'
import {LeakSearch} from '../support/leak-search.ts'
import {ProcessWatch, watchingMissing} from '../support/process-watch.ts'
import {assertKeptSecret} from '../support/kept-secret.ts'
import {liveBriefly, liveThroughEverything, liveThroughRefresh} from '../support/secret-life.ts'
import {skip} from '../support/skip.ts'

/** As the service issues them: letters of the base64url alphabet. */
const TOKEN = 'Zq3vT-8mWk_Lx1RbYd7NfJc0GhPs5AoUeQ2iKt9MzVw4Xn6BjC'

describe('the search for secrets finds what was planted', () => {
  const search = new LeakSearch([{name: 'token', value: TOKEN}])
  const found = (text: Buffer | string) => search.find([{name: 'here', bytes: Buffer.from(text as string)}])

  const whole = (text: string) => `{"name":"x","token":"${text}"} and more`
  const percent = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('')
  const unicode = (text: string) => [...text].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('')
  const written: Readonly<Record<string, Buffer | string>> = {
    'as it is': whole(TOKEN),
    'in the middle of base64': Buffer.from(whole(TOKEN)).toString('base64'),
    'in the middle of base64, one byte later': Buffer.from(` ${whole(TOKEN)}`).toString('base64'),
    'in the middle of base64, two bytes later': Buffer.from(`  ${whole(TOKEN)}`).toString('base64'),
    'in the middle of base64url': Buffer.from(whole(TOKEN)).toString('base64url'),
    'in base64 of lines': (
      Buffer.from(whole(TOKEN))
        .toString('base64')
        .match(/.{1,40}/g) ?? []
    ).join('\n'),
    'in hex': Buffer.from(TOKEN).toString('hex'),
    'in capital hex': Buffer.from(TOKEN).toString('hex').toUpperCase(),
    'URL-encoded': `code=${encodeURIComponent(TOKEN)}`,
    'URL-encoded letter by letter': percent(TOKEN),
    'JSON-escaped in JSON': JSON.stringify(JSON.stringify({token: TOKEN})),
    'JSON-escaped letter by letter': unicode(TOKEN),
    'in UTF-16': Buffer.from(whole(TOKEN), 'utf16le'),
    'torn apart': `${TOKEN.slice(0, 24)}\n${TOKEN.slice(24)}`,
    'cut off at the end': TOKEN.slice(0, 20),
    'cut off at the beginning': TOKEN.slice(-18),
  }
  for (const [how, text] of Object.entries(written)) it(how, () => assert.notDeepEqual(found(text), []))

  it('and finds nothing where there is nothing', () => {
    assert.deepEqual(found(whole([...TOKEN].toReversed().join(''))), [])
    assert.deepEqual(found(Buffer.from(whole('another')).toString('base64')), [])
  })

  it('in a file, in the name of a file, in the free pages of a database, and in its journal', async () => {
    await using home = await Home.create()
    const plain = path.join(home.path, 'deep', 'in')
    await mkdir(plain, {recursive: true})
    await writeFile(path.join(plain, 'file'), whole(TOKEN))
    await writeFile(path.join(plain, TOKEN), '')
    // Neither is in any row when the database is closed: one was deleted, the other was never committed.
    const database = new DatabaseSync(path.join(home.path, 'freed.db'))
    database.exec(`PRAGMA secure_delete = OFF; CREATE TABLE t (v); INSERT INTO t VALUES ('${TOKEN}'); DELETE FROM t`)
    database.close()
    const journaled = new DatabaseSync(path.join(home.path, 'journaled.db'))
    journaled.exec(`PRAGMA secure_delete = ON; PRAGMA journal_mode = PERSIST; CREATE TABLE t (v)`)
    journaled.exec(`INSERT INTO t VALUES ('${TOKEN}'); DELETE FROM t`)
    journaled.close()
    const labels = search.find(await readPlaces(home.path, 'home')).join('\n')
    for (const place of ['home: deep/in/file', 'the name of home: deep/in', 'home: freed.db', 'journaled.db-journal']) {
      assert.ok(labels.includes(place), `${place} is not among\n${labels}`)
    }

    assert.ok(!labels.includes('journaled.db:'), 'only the journal still has it')
  })

  it('in the arguments and in the environment of a process', async function () {
    const missing = watchingMissing()
    if (missing !== undefined) skip(this, missing)
    await using home = await Home.create()
    using watch = new ProcessWatch(home.path)
    const forever = 'process.stdout.write("up"); setInterval(() => {}, 1000)'
    const start = (args: string[], env: Record<string, string>) =>
      spawn(process.execPath, ['-e', forever, '--', ...args], {
        env: {HOME: home.path, ...env},
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    const inArguments = start([`--token=${TOKEN}`], {})
    const inEnvironment = start(['x'], {SOME_TOKEN: TOKEN})
    const innocent = start([], {})
    const children = [inArguments, inEnvironment, innocent]
    try {
      await Promise.all(children.map((child) => Promise.race([once(child.stdout, 'data'), once(child, 'exit')])))
      watch.look()
      const pids = children.map(({pid}) => pid)
      assert.deepEqual(
        pids.filter((pid) => watch.processes('setInterval').some((seen) => seen.pid === pid)),
        pids,
      )
      assert.equal(search.find(watch.argv()).length, 1)
      assert.equal(search.find(watch.environments(new Set([innocent.pid ?? 0]))).length, 1)
      assert.deepEqual(search.find(watch.environments(new Set([inEnvironment.pid ?? 0]))), [])
    } finally {
      await Promise.all(children.map((child) => end(child)))
    }
  })
})

describe('no secret in the clear, whatever happens to a session', () => {
  it('in plain-text storage the search does find the tokens, in config.json', async () => {
    const life = await liveBriefly('file')
    const leaks = new LeakSearch(life.secrets).find(life.files)
    assert.ok(leaks.some((leak) => /config\.json: access_token .*as it is/.test(leak)))
    assert.ok(leaks.some((leak) => /config\.json: refresh_token .*as it is/.test(leak)))
    assert.deepEqual(new LeakSearch(life.secrets).find(life.outputs), [])
  })

  it('key mode', async () => {
    assertKeptSecret(await liveThroughEverything('key'))
  })

  it('keychain mode, until it was refreshed; test/thorough goes on', async function () {
    const missing = await keyringMissing()
    if (missing !== undefined) skip(this, missing)
    await using keyring = await startKeyring()
    assertKeptSecret(await liveThroughRefresh('keychain', keyring))
  })
})

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
