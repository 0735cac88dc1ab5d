import assert from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {chmod, chown, mkdir, readdir, rename, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {skip} from '../../../../test/support/skip.ts'
import type {SessionStore} from '../../src/model.ts'
import {storedCandidates} from '../../src/store/catalog.ts'
import {Ledger} from '../../src/ledger/ledger.ts'
import {tryLock} from '../../src/ledger/lock.ts'
import {commit} from '../../src/store/commit.ts'
import {diagnoseStorage} from '../../src/store/diagnose.ts'
import {whatIsLost} from '../../src/files/durable-write.ts'
import {indexFile, plainFile, recordName, sessionFolder} from '../../src/files/layout.ts'
import {writeOrganization} from '../../src/store/organization.ts'
import {probe} from '../../src/store/probe.ts'
import {repair} from '../../src/store/repair.ts'
import {problemOf} from '../support/problems.ts'
import {bindingFor, DEFAULTS, newKeys, tokensFor} from '../support/sessions.ts'
import {tempHome, type TempHome} from '../support/temp-home.ts'

const isRoot = process.geteuid?.() === 0

describe('row 61: files that others could read or change', () => {
  let home: TempHome
  let store: SessionStore
  let record: string
  const keys = newKeys()

  beforeEach(async () => {
    home = await tempHome()
    store = await commit(home.place, 'key', bindingFor(), {kind: 'oauth', tokens: tokensFor('1')}, keys)
    record = join(sessionFolder(home.homeDir, store.sessionId), recordName(1))
  })
  afterEach(() => home[Symbol.asyncDispose]())

  const candidates = () => storedCandidates(home.place, keys, DEFAULTS)

  it('refuses wide modes with the file, its mode and the command that mends it', async () => {
    await chmod(record, 0o644)
    const problem = await problemOf(store.read(), 'STORE_UNSAFE')
    assert.equal(problem.message, `${record} is readable by others (0644).`)
    assert.deepEqual(problem.suggestions, ['Run `superset doctor --fix`.'])
    assert.equal(problem.exit, 74)
    await problemOf(store.preflight(), 'STORE_UNSAFE')
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o601]) {
      await chmod(record, mode)
      await problemOf(store.read(), 'STORE_UNSAFE')
    }
  })

  it('refuses a config.json with wide modes, and says the same', async () => {
    const path = plainFile(home.place)
    await writeFile(path, '{"apiKey":"sk_live_secret"}', {mode: 0o644})
    const problem = await problemOf(candidates(), 'STORE_UNSAFE')
    assert.equal(problem.message, `${path} is readable by others (0644).`)
    assert.equal(JSON.stringify(problem).includes('sk_live_secret'), false)
    await problemOf(writeOrganization(home.place, 'org'), 'STORE_UNSAFE')
    assert.equal((await stat(path)).mode & 0o777, 0o644, 'left as it is')
  })

  it('doctor --fix mends modes of files and folders, and only modes', async () => {
    await chmod(record, 0o644)
    await chmod(indexFile(home.place), 0o666)
    await chmod(join(home.homeDir, 'identity'), 0o777)
    await chmod(home.homeDir, 0o755)
    await writeFile(plainFile(home.place), '{"apiKey":"k"}', {mode: 0o640})
    const elsewhere = join(home.homeDir, 'elsewhere')
    await writeFile(elsewhere, 'x', {mode: 0o644})
    await symlink(elsewhere, join(home.homeDir, 'identity', 'link'))
    const {done, left} = await repair(home.homeDir, keys)
    assert.equal(done.length, 5)
    assert.ok(done.includes(`${record}: 0644 to 0600`))
    assert.deepEqual(
      left.map(({kind}) => kind),
      ['link'],
    )
    assert.equal((await stat(elsewhere)).mode & 0o777, 0o644, 'not what a link points to')
    await rm(join(home.homeDir, 'identity', 'link'))
    assert.ok(await store.read())
    assert.deepEqual(await repair(home.homeDir, keys), {done: [], left: []})
  })

  it('doctor --fix gives its owner back what a mode took away, folders first', async () => {
    const folder = join(home.homeDir, 'identity')
    const settings = join(home.homeDir, 'cli', 'settings.json')
    await mkdir(join(settings, '..'))
    await writeFile(settings, '{}', {mode: 0o664})
    await chmod(settings, 0o664)
    await chmod(record, 0o400)
    await chmod(folder, 0o600)
    const [fault] = (await diagnoseStorage(home.place, keys, DEFAULTS)).filter(({name}) => name === 'storage: files')
    assert.match(fault?.message ?? '', /settings\.json is open to others \(0664\).*identity is closed to you \(0600\)/)
    const {done, left} = await repair(home.homeDir, keys)
    assert.deepEqual(left, [])
    for (const line of [`${folder}: 0600 to 0700`, `${record}: 0400 to 0600`, `${settings}: 0664 to 0644`])
      assert.ok(done.includes(line), done.join('\n'))
    assert.ok(await store.read())
  })

  it('row 109: a file system that ignores modes is found before the sign-in', async () => {
    const file = (refuses: boolean, mode: number, uid = process.geteuid?.()) => ({
      chmod: () => (refuses ? Promise.reject(Object.assign(new Error('no'), {code: 'EPERM'})) : Promise.resolve()),
      stat: () => Promise.resolve({mode, uid} as never),
    })
    assert.equal(await whatIsLost(file(false, 0o100777)), 'modes')
    assert.equal(await whatIsLost(file(true, 0o100755)), 'modes')
    assert.equal(await whatIsLost(file(true, 0o100444)), 'modes')
    assert.equal(await whatIsLost(file(true, 0o100700)), undefined)
    assert.equal(await whatIsLost(file(false, 0o100600, 65_534)), 'owners')
    assert.equal(await whatIsLost(file(false, 0o100600)), undefined)
  })

  for (const option of ['--chmod-ignore', '--chmod-deny'])
    it(`row 109: on a share without modes (bindfs ${option})`, async function () {
      await using real = await tempHome()
      await using shared = await tempHome()
      for (const each of [real, shared]) await mkdir(each.homeDir)
      const mounted = spawnSync('bindfs', [option, '-p', '0755', real.homeDir, shared.homeDir])
      if (mounted.status !== 0) skip(this, 'bindfs, which mounts such a folder, is not installed or may not mount')
      try {
        for (const storage of ['file', 'key'] as const) {
          const problem = await problemOf(probe(storage, shared.place, keys), 'STORE_NO_MODES')
          assert.equal(problem.exit, 74)
          assert.match(problem.suggestions.join(), /SUPERSET_HOME_DIR/)
        }

        await writeFile(plainFile(shared.place), '{"apiKey":"k"}')
        assert.ok((await repair(shared.homeDir, keys)).left.length > 0)
        const [fault] = (await diagnoseStorage(shared.place, keys, DEFAULTS)).filter(({outcome}) => outcome === 'fail')
        assert.match(fault?.suggestions?.join() ?? '', /ignores the modes.*SUPERSET_HOME_DIR/)
      } finally {
        execFileSync('umount', [shared.homeDir])
      }
    })

  it('doctor names what is wrong, and is content with what is right', async () => {
    const good = await diagnoseStorage(home.place, keys, DEFAULTS)
    assert.deepEqual(
      good.map(({outcome}) => outcome),
      good.map(() => 'pass'),
      JSON.stringify(good),
    )
    await chmod(record, 0o644)
    const bad = await diagnoseStorage(home.place, keys, DEFAULTS)
    const failed = bad.filter(({outcome}) => outcome === 'fail')
    assert.ok(failed.length >= 2)
    for (const {suggestions} of failed) assert.deepEqual(suggestions, ['Run `superset doctor --fix`.'])
  })

  it('never reads through a symbolic link, whether of a file or of a folder', async () => {
    for (const path of [record, indexFile(home.place), sessionFolder(home.homeDir, store.sessionId)]) {
      await rename(path, `${path}.real`)
      await symlink(`${path}.real`, path)
      const problem = await problemOf(
        candidates().then(([found]) => found?.store.read()),
        'STORE_UNSAFE',
      )
      assert.match(problem.message, /is a symbolic link/)
      await rm(path)
      await rename(`${path}.real`, path)
    }

    assert.ok(await store.read())
    const config = plainFile(home.place)
    await writeFile(`${config}.real`, '{"apiKey":"k"}', {mode: 0o600})
    await symlink(`${config}.real`, config)
    await problemOf(candidates(), 'STORE_UNSAFE')
  })

  it('refuses a session folder that others can write', async () => {
    await chmod(sessionFolder(home.homeDir, store.sessionId), 0o770)
    assert.match((await problemOf(store.head(), 'STORE_UNSAFE')).message, /can be changed by others \(0770\)/)
  })

  it("does not hang on a FIFO, and refuses a folder in a file's place", async () => {
    const config = plainFile(home.place)
    execFileSync('mkfifo', ['-m', '600', config])
    await problemOf(candidates(), 'STORE_UNSAFE')
    await rm(config)
    await mkdir(config, {mode: 0o700})
    await problemOf(candidates(), 'STORE_UNSAFE')
  })

  it("refuses another user's file", async function () {
    if (!isRoot) skip(this, 'only root can give files to another user')
    await chown(record, 12_345, 12_345)
    const problem = await problemOf(store.read(), 'STORE_UNSAFE')
    assert.match(problem.message, /belongs to another user \(uid 12345\)/)
    assert.match(problem.suggestions.join(), /`sudo chown -R \d+ \//, 'row 108: the command that mends it')
    const {left} = await repair(home.homeDir, keys)
    assert.deepEqual(
      left.map(({kind}) => kind),
      ['foreign'],
    )
  })

  it("row 107: as root, writes nothing into another user's home", async function () {
    if (!isRoot) skip(this, 'only root can give files to another user')
    await using other = await tempHome()
    const userHome = join(other.homeDir, '..')
    await chown(userHome, 12_345, 12_345)
    const problem = await problemOf(probe('key', other.place, keys), 'STORE_FOREIGN_HOME')
    assert.match(problem.message, /^You are root in the home of uid 12345 \(.*\); nothing is written there\.$/)
    await problemOf(
      commit(other.place, 'file', bindingFor(), {kind: 'api-key', apiKey: 'k'}, keys),
      'STORE_FOREIGN_HOME',
    )
    await problemOf(
      commit(other.place, 'key', bindingFor(), {kind: 'api-key', apiKey: 'k'}, keys),
      'STORE_FOREIGN_HOME',
    )
    await problemOf(writeOrganization(other.place, 'org'), 'STORE_FOREIGN_HOME')
    await problemOf(Ledger.open(other.homeDir), 'STORE_FOREIGN_HOME')
    await problemOf(tryLock(join(other.homeDir, 'identity', 'locks', 'any')), 'STORE_FOREIGN_HOME')
    assert.equal(problem.exit, 78)
    assert.match(problem.suggestions.join(), /`sudo -H`, or set SUPERSET_HOME_DIR/)
    assert.deepEqual(await readdir(userHome), [])
  })

  it("a home that is itself a link is its owner's choice", async () => {
    const linked = `${home.homeDir}-link`
    await symlink(home.homeDir, linked)
    const [found] = await storedCandidates({...home.place, homeDir: linked}, keys, DEFAULTS)
    assert.ok(await found?.store.read())
    assert.deepEqual(await repair(linked, keys), {done: [], left: []})
  })
})
