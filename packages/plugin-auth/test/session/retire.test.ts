import assert from 'node:assert/strict'
import type {Entry} from '../../src/ledger/judge.ts'
import {retire, type RetirePorts} from '../../src/session/retire.ts'
import {MemoryStore} from '../support/memory-store.ts'

const ENTRY: Entry = {phase: 'ambiguous', presented: 1, attempt: 1, holder: 'pid 1', changedAt: 0}

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

  for (const outcome of ['refused', 'unknown'] as const) {
    it(`row 69d: does not say that a revocation was done which the server ${outcome}`, async () => {
      const recorded: unknown[] = []
      const store = new MemoryStore('refresh-token')
      const base = ports()
      const ledger = {...base.ledger, record: (_: unknown, change: object) => void recorded.push(change)}
      const {revocation, reason} = await retire(store, {...base, ledger, revoke: async () => outcome})
      assert.equal(revocation, 'not-sent')
      assert.match(reason ?? '', /refused to revoke|did not confirm/)
      assert.equal((recorded[0] as Entry).phase, 'ambiguous', 'nobody presents it again unless that is harmless')
      const again = await retire(new MemoryStore('refresh-token'), ports({...ENTRY, ...(recorded[0] as object)}))
      assert.deepEqual([again.revocation, revoked], ['not-sent', []])
      assert.match(again.reason ?? '', /did not confirm/)
    })
  }

  it('says nothing of a session that somebody else signed out a moment before', async () => {
    const store = new MemoryStore('refresh-token')
    await store.forget()
    assert.deepEqual(await retire(store, ports()), {revocation: 'none'})
  })

  it('says that a refresh is in flight only while one is', async () => {
    let now = 0
    const busy = (entry?: Entry): RetirePorts => ({
      ...ports(entry),
      tryLock: () => Promise.resolve(undefined),
      now: () => now,
      sleep: async () => void (now += 1000),
    })
    const flying = await retire(new MemoryStore('refresh-token'), busy({...ENTRY, phase: 'sent'}))
    assert.match(flying.reason ?? '', /refresh is in flight/)
    const other = await retire(new MemoryStore('refresh-token'), busy())
    assert.match(other.reason ?? '', /^Another superset held this session/)
  })

  for (const replayPolicy of ['session', 'none'] as const) {
    for (const phase of ['ambiguous', 'answered', 'sent', 'uncertain', 'refused'] as const) {
      it(`row 69b: revokes a token that is ${phase} where a replay is harmless (${replayPolicy})`, async () => {
        const store = new MemoryStore('refresh-token')
        Object.assign(store.binding, {replayPolicy})
        assert.deepEqual(await retire(store, ports({...ENTRY, phase}, Date.now())), {revocation: 'revoked'})
        assert.equal(revoked.length, 1)
      })
    }
  }

  it('row 69b: revokes nothing whose outcome is unknown', async () => {
    const lost: Entry = {phase: 'ambiguous', presented: 1, attempt: 1, holder: 'pid 1', changedAt: 0}
    const {revocation} = await retire(new MemoryStore('refresh-token'), ports(lost))
    assert.equal(revocation, 'not-sent')
    assert.deepEqual(revoked, [])
  })
})
