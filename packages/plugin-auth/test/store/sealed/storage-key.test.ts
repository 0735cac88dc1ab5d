import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {chmod, chown, mkdir, symlink, writeFile} from 'node:fs/promises'
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

  it('names the file and never shows what it holds', async () => {
    const path = join(home.homeDir, 'key')
    await problemOf(readStorageKey(`@${path}`, NAME), 'STORE_KEY_INVALID')
    await writeFile(path, 'not a key', {mode: 0o600})
    const problem = await problemOf(readStorageKey(`@${path}`, NAME), 'STORE_KEY_INVALID')
    assert.match(problem.message, new RegExp(path))
    assert.equal(problem.message.includes('not a key'), false)
  })

  /** A folder as Kubernetes mounts a secret: the file is a link to one in `..data`, which is a link to a dated folder. */
  async function kubernetes(mode: number): Promise<string> {
    const mount = join(home.homeDir, 'mount')
    await mkdir(join(mount, '..2026_11_28'), {recursive: true})
    await writeFile(join(mount, '..2026_11_28', 'key'), key.toString('hex'))
    await chmod(join(mount, '..2026_11_28', 'key'), mode)
    await symlink('..2026_11_28', join(mount, '..data'))
    await symlink('..data/key', join(mount, 'key'))
    await chmod(mount, 0o1777)
    return join(mount, 'key')
  }

  async function docker(mode: number, owner?: number): Promise<string> {
    const path = join(home.homeDir, 'key')
    await writeFile(path, key.toString('hex'))
    await chmod(path, mode)
    if (owner !== undefined && process.getuid?.() === 0) await chown(path, owner, owner)
    return path
  }

  const taken: Readonly<Record<string, () => Promise<string>>> = {
    'a Kubernetes secret (0644, links)': () => kubernetes(0o644),
    'a Kubernetes secret with defaultMode 0400': () => kubernetes(0o400),
    'a Kubernetes secret with fsGroup (0440)': () => kubernetes(0o440),
    'a Docker secret (0444)': () => docker(0o444),
    'a Docker secret with a uid of its own': () => docker(0o400, 12_345),
    'a private file': () => docker(0o600),
  }
  for (const [name, make] of Object.entries(taken)) {
    it(`C16: takes ${name}`, async () => assert.deepEqual(await readStorageKey(`@${await make()}`, NAME), key))
  }

  const refused: Readonly<Record<string, () => Promise<string>>> = {
    'a file that its group can write': () => docker(0o620),
    'a file that everybody can write': () => docker(0o666),
    'a mounted file that everybody can write': () => kubernetes(0o646),
    async 'a file in a folder where everybody can put another in its place'() {
      await mkdir(join(home.homeDir, 'open'))
      await writeFile(join(home.homeDir, 'open', 'key'), key.toString('hex'), {mode: 0o600})
      await chmod(join(home.homeDir, 'open'), 0o777)
      return join(home.homeDir, 'open', 'key')
    },
    'a folder': async () => home.homeDir,
    async 'a FIFO'() {
      execFileSync('mkfifo', ['-m', '600', join(home.homeDir, 'fifo')])
      return join(home.homeDir, 'fifo')
    },
  }
  for (const [name, make] of Object.entries(refused)) {
    it(`C16: refuses ${name}`, async () => {
      await problemOf(readStorageKey(`@${await make()}`, NAME), 'STORE_UNSAFE')
    })
  }
})
