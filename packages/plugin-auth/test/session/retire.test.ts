import assert from 'node:assert/strict'
import type {Entry} from '../../src/ledger/judge.ts'
import {retire, type RetirePorts} from '../../src/session/retire.ts'
import {MemoryStore} from '../support/memory-store.ts'

describe('signing out', () => {
  let revoked: string[]
  beforeEach(() => (revoked = []))

  const ports = (entry?: Entry, lostAt?: number): RetirePorts => ({
    ledger: {read: () => entry, lostAt: () => lostAt, claim() {}, sent() {}, record() {}},
    tryLock: () => Promise.resolve({file: 'lock', [Symbol.dispose]() {}}),
    async revoke(_stored, refreshToken) {
      revoked.push(refreshToken)
      return 'revoked'
    },
    now: Date.now,
    sleep: async () => {},
    holder: 'pid 1',
  })

  it('revokes a token that was never presented', async () => {
    const {revocation} = await retire(new MemoryStore('refresh-token'), ports())
    assert.equal(revocation, 'revoked')
    assert.equal(revoked.length, 1)
  })

  it('revokes no token of before the ledger was damaged: it may be spent', async () => {
    const {revocation} = await retire(new MemoryStore('refresh-token'), ports(undefined, Date.now()))
    assert.equal(revocation, 'not-sent')
    assert.deepEqual(revoked, [])
    await retire(new MemoryStore('refresh-token'), ports(undefined, -1))
    assert.equal(revoked.length, 1, 'one that came since is revoked')
  })

  it('row 67b: revokes nothing of a copy: it is the session of another machine', async () => {
    const store = new MemoryStore('refresh-token')
    const head = store.head.bind(store)
    store.head = async () => {
      const found = await head()
      return found && {...found, madeElsewhere: true}
    }

    const {revocation, reason} = await retire(store, ports())
    assert.equal(revocation, 'not-sent')
    assert.match(reason ?? '', /copy of another machine's, which keeps its session/)
    assert.deepEqual(revoked, [])
    assert.equal(await store.head(), undefined, 'it is forgotten here all the same')
  })

  it('row 69b: revokes nothing whose outcome is unknown', async () => {
    const lost: Entry = {phase: 'ambiguous', presented: 1, attempt: 1, holder: 'pid 1', changedAt: 0}
    const {revocation} = await retire(new MemoryStore('refresh-token'), ports(lost))
    assert.equal(revocation, 'not-sent')
    assert.deepEqual(revoked, [])
  })
})
