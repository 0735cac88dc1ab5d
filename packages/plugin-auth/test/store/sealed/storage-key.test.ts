import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {chmod, mkdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {readStorageKey} from '../../../src/store/sealed/storage-key.ts'
import {problemOf} from '../../support/problems.ts'
import {tempHome, type TempHome} from '../../support/temp-home.ts'

const NAME = 'SUPERSET_STORAGE_KEY'

describe('SUPERSET_STORAGE_KEY', () => {
  // Both alphabets of base64 differ in this key's text.
  const key = Buffer.concat([Buffer.from([0xfb, 0xff, 0xbf]), randomBytes(29)])
  let home: TempHome

  beforeEach(async () => {
    home = await tempHome()
    await mkdir(home.homeDir, {mode: 0o700})
  })
  afterEach(() => home[Symbol.asyncDispose]())

  const forms = {
    hex: key.toString('hex'),
    'upper-case hex': key.toString('hex').toUpperCase(),
    base64: key.toString('base64'),
    'base64 without padding': key.toString('base64').replace('=', ''),
    base64url: key.toString('base64url'),
    'a trailing newline': `${key.toString('hex')}\n`,
  }
  for (const [name, value] of Object.entries(forms)) {
    it(`takes ${name}, also from a file`, async () => {
      assert.deepEqual(await readStorageKey(value, NAME), key)
      const path = join(home.homeDir, 'key')
      await writeFile(path, `${value}\n`, {mode: 0o600})
      assert.deepEqual(await readStorageKey(`@${path}`, NAME), key)
    })
  }

  it('refuses anything else without showing it', async () => {
    const hex = key.toString('hex')
    for (const value of [
      '',
      ' ',
      'secret',
      hex.slice(1),
      `${hex}0`,
      `${hex.slice(1)}g`,
      key.subarray(1).toString('base64'),
      `${key.toString('base64')}AA`,
      `@${hex}`,
    ]) {
      const problem = await problemOf(readStorageKey(value, NAME), 'STORE_KEY_INVALID')
      assert.equal(problem.exit, 78)
      if (value.trim() !== '') assert.equal(JSON.stringify(problem).includes(value.replace('@', '')), false, value)
    }
  })

  it('reads a key file as safely as any secret', async () => {
    const path = join(home.homeDir, 'key')
    await problemOf(readStorageKey(`@${path}`, NAME), 'STORE_KEY_INVALID')
    await writeFile(path, 'not a key', {mode: 0o600})
    const problem = await problemOf(readStorageKey(`@${path}`, NAME), 'STORE_KEY_INVALID')
    assert.match(problem.message, new RegExp(path))
    assert.equal(problem.message.includes('not a key'), false)
    await writeFile(path, key.toString('hex'))
    await chmod(path, 0o644)
    await problemOf(readStorageKey(`@${path}`, NAME), 'STORE_UNSAFE')
    await chmod(path, 0o600)
    await symlink(path, `${path}-link`)
    await problemOf(readStorageKey(`@${path}-link`, NAME), 'STORE_UNSAFE')
  })
})
