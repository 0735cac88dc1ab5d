import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {mkdir, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {commit} from '../../src/store/commit.ts'
import {indexFile, recordName, sessionFolder} from '../../src/files/layout.ts'
import {repair} from '../../src/store/repair.ts'
import {bindingFor, newKeys, tokensFor} from '../support/sessions.ts'
import {tempHome, type TempHome} from '../support/temp-home.ts'

const TWO_DAYS_AGO = new Date(Date.now() - 2 * 24 * 3_600_000)

describe('row 66: what killed processes leave behind', () => {
  let home: TempHome
  const keys = newKeys()
  beforeEach(async () => {
    home = await tempHome()
  })
  afterEach(() => home[Symbol.asyncDispose]())

  const signIn = async (profile = 'default', sealing = keys) => {
    const place = {...home.place, profile}
    const {sessionId} = await commit(
      place,
      'key',
      bindingFor(profile),
      {kind: 'oauth', tokens: tokensFor('1')},
      sealing,
    )
    return sessionFolder(home.homeDir, sessionId)
  }

  const age = async (folder: string) => {
    for (const path of [join(folder, recordName(1)), folder]) await utimes(path, TWO_DAYS_AGO, TWO_DAYS_AGO)
  }

  it('row 66: a session that a sign-in had replaced when it was killed goes with a later sign-in, after a day', async () => {
    const replaced = await signIn()
    const young = await signIn()
    const other = await signIn('other')
    const foreign = await signIn('foreign', newKeys())
    await signIn('foreign')
    for (const folder of [replaced, other, foreign]) await age(folder)
    const now = await signIn()
    assert.equal(existsSync(replaced), false, 'nobody names it')
    assert.ok(existsSync(young), 'a sign-in may be under way')
    assert.ok(existsSync(other), 'another profile names it')
    assert.ok(existsSync(foreign), 'nobody here can tell where its key is')
    assert.ok(existsSync(now))
  })

  it('row 66: while the index of any profile cannot be read, no session is taken for an orphan', async () => {
    const replaced = await signIn()
    await signIn('other')
    await age(replaced)
    await writeFile(indexFile({...home.place, profile: 'other'}), 'rubbish', {mode: 0o600})
    await signIn()
    assert.ok(existsSync(replaced))
  })

  it('row 66: doctor --fix removes old temporary files and orphans, says which, and leaves what is young', async () => {
    const orphan = await signIn()
    const folder = await signIn()
    await age(orphan)
    const temporary = (where: string, digit: string) => join(where, `.superset-1-${digit.repeat(16)}.tmp`)
    const [old, young] = [temporary(home.homeDir, 'a'), temporary(home.homeDir, 'b')]
    await mkdir(home.homeDir, {recursive: true})
    for (const path of [old, young]) await writeFile(path, 'left behind', {mode: 0o600})
    await utimes(old, TWO_DAYS_AGO, TWO_DAYS_AGO)
    const {done} = await repair(home.homeDir, keys)
    assert.deepEqual(done, [
      `${old}: removed, left behind by a killed process`,
      `${orphan}: removed, a session that no profile names`,
    ])
    assert.deepEqual([old, young, orphan, folder].map(existsSync), [false, true, false, true])
    assert.deepEqual((await repair(home.homeDir, keys)).done, [])
  })
})
