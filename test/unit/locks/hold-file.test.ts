import assert from 'node:assert/strict'
import {chmodSync, chownSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {holdFile} from '../../../src/locks/hold-file.ts'
import {skip} from '../../support/skip.ts'

const NOBODY = 65_534
/** Others cannot come to the folder for temporary files. */
const REACHABLE = '/dev/shm'

describe('the lock on plugins and on an installation', () => {
  let folder: string
  let file: string
  before(function () {
    // To root every file can be written, whatever its mode says.
    if (process.geteuid?.() !== 0 || !existsSync(REACHABLE)) skip(this, 'only root can become another user')
  })
  beforeEach(() => {
    folder = mkdtempSync(path.join(REACHABLE, 'lock-'))
    file = path.join(folder, 'own.lock')
  })
  afterEach(() => rmSync(folder, {recursive: true}))

  /** In this process, which becomes that user for as long. */
  function asNobody(work: () => void): void {
    const umask = process.umask()
    process.seteuid?.(NOBODY)
    try {
      work()
    } finally {
      process.seteuid?.(0)
      process.umask(umask)
    }
  }

  function demandOne(): void {
    using first = holdFile(file)
    assert.ok(first)
    assert.equal(holdFile(file), undefined, 'two have it')
  }

  for (const mode of [0o400, 0o444, 0o000])
    it(`is held by one where its mode was ${mode.toString(8)}: it is mended`, () => {
      writeFileSync(file, '')
      chmodSync(file, mode)
      for (const place of [folder, file]) chownSync(place, NOBODY, NOBODY)
      asNobody(demandOne)
      assert.equal(statSync(file).mode & 0o600, 0o600)
    })

  it('is held by one where the umask takes away the right to write', () => {
    chownSync(folder, NOBODY, NOBODY)
    asNobody(() => {
      process.umask(0o377)
      demandOne()
      demandOne()
    })
  })

  it('row 107: is not taken by root in the home of another user, where nothing is left', () => {
    chownSync(folder, NOBODY, NOBODY)
    assert.throws(() => holdFile(file), {code: 'STORE_FOREIGN_HOME', exit: 78})
    assert.equal(existsSync(file), false)
  })
})
