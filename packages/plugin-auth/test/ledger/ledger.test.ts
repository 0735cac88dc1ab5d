import assert from 'node:assert/strict'
import {mkdirSync} from 'node:fs'
import path from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {Ledger} from '../../src/ledger/ledger.ts'
import {ledgerFile} from '../../src/ledger/ledger-file.ts'
import type {Phase} from '../../src/ledger/judge.ts'
import {tempHome, type TempHome} from '../support/temp-home.ts'

describe('the ledger', () => {
  let home: TempHome
  beforeEach(async () => (home = await tempHome()))
  afterEach(() => home[Symbol.asyncDispose]())

  const twins = [
    {sessionId: 'config', sequence: 'abc', digest: 'one'},
    {sessionId: 'f00', sequence: '1', digest: 'one'},
  ] as const

  for (const phase of ['answered', 'ambiguous', 'refused', 'revoked', 'uncertain'] satisfies Phase[]) {
    it(`row 69c: what is known of a token (${phase}) is known whatever session names it`, async () => {
      using ledger = await Ledger.open(home.homeDir)
      ledger.claim(twins[0], 'pid 1', 1)
      assert.equal(ledger.read(twins[1])?.phase, 'claimed')
      ledger.sent(twins[0], 2)
      ledger.record(twins[0], {phase}, 3)
      assert.deepEqual(ledger.read(twins[1]), ledger.read(twins[0]))
      assert.deepEqual([ledger.read(twins[1])?.phase, ledger.read(twins[1])?.presented], [phase, 1])
    })
  }

  it('takes over what format 1 told, by session and record: the last word about a token counts', async () => {
    const file = ledgerFile(home.homeDir)
    mkdirSync(path.dirname(file), {recursive: true, mode: 0o700})
    const old = new DatabaseSync(file)
    old.exec(`
      CREATE TABLE generation (session TEXT NOT NULL, sequence TEXT NOT NULL, digest TEXT NOT NULL, phase TEXT NOT NULL,
        presented INTEGER NOT NULL, attempt INTEGER NOT NULL, holder TEXT NOT NULL, changed_at INTEGER NOT NULL,
        not_before INTEGER, reason TEXT, PRIMARY KEY (session, sequence, digest)) WITHOUT ROWID;
      CREATE TABLE issuer (name TEXT PRIMARY KEY, not_before INTEGER NOT NULL, reason TEXT) WITHOUT ROWID;
      CREATE TABLE notice (name TEXT PRIMARY KEY, told_at INTEGER NOT NULL) WITHOUT ROWID;
      INSERT INTO generation VALUES ('f00', '1', 'one', 'answered', 1, 2, 'pid 2', 20, NULL, NULL);
      INSERT INTO generation VALUES ('config', 'abc', 'one', 'claimed', 0, 1, 'pid 1', 10, NULL, NULL);
      PRAGMA user_version = 1;`)
    old.close()
    {
      using ledger = await Ledger.open(home.homeDir)
      assert.deepEqual(ledger.read(twins[0]), {
        phase: 'answered',
        presented: 1,
        attempt: 2,
        holder: 'pid 2',
        changedAt: 20,
      })
    }

    using again = await Ledger.open(home.homeDir)
    assert.equal(again.read(twins[1])?.phase, 'answered')
  })
})
