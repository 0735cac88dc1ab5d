import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {EXIT, Problem} from '@superset/identity'
import {Ledger} from '../../src/ledger/ledger.ts'
import {tryLock} from '../../src/ledger/lock.ts'
import type {Answer} from '../../src/refresh/classify.ts'
import {refreshOnce} from '../../src/refresh/refresh-once.ts'
import type {RefreshOrder, RefreshPorts, TransportFailure} from '../../src/refresh/ports.ts'
import {MemoryStore} from '../support/memory-store.ts'

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: {'content-type': 'application/json'},
  body: Buffer.from(JSON.stringify(body)),
})
const rotated = json(200, {access_token: 'new', refresh_token: 'rotated', expires_in: 60, token_type: 'Bearer'})
const failure = (phase: TransportFailure['phase'], kind: string): TransportFailure => ({
  phase,
  kind,
  host: 'h',
  detail: '',
})

describe('refreshOnce', () => {
  let homeDir: string
  let ledger: Ledger
  let store: MemoryStore
  let presented: number
  let givenBack: string[]

  beforeEach(async () => {
    homeDir = await mkdtemp(path.join(os.tmpdir(), 'refresh-once-'))
    ledger = await Ledger.open(homeDir)
    store = new MemoryStore('refresh-token')
    presented = 0
    givenBack = []
  })

  afterEach(async () => {
    ledger[Symbol.dispose]()
    await rm(homeDir, {recursive: true})
  })

  const order = (changes: Partial<RefreshOrder> = {}): RefreshOrder => ({
    stale: store.generation,
    tokenValid: false,
    replay: false,
    runStartedAt: Date.now() + 1000,
    ...changes,
  })

  /** Each attempt meets the next of these; the last one stays. */
  const ports = (...answers: ReadonlyArray<Answer | TransportFailure | (() => Answer)>): RefreshPorts => ({
    ledger,
    store,
    tryLock: () => tryLock(path.join(homeDir, 'lock')),
    async connect() {
      const next = answers[Math.min(presented, answers.length - 1)]
      if (next && 'phase' in next && next.phase === 'not-sent') {
        presented++
        throw Object.assign(new Error(next.kind), next)
      }

      return {
        goesOn: true,
        get: async () => json(200, {issuer: store.binding.issuer}),
        async post({onReady}) {
          presented++
          await onReady()
          assert.equal(ledger.read(store.first)?.phase, 'sent', 'the ledger knows before the first byte leaves')
          assert.ok(next)
          if (typeof next === 'function') return next()
          if ('phase' in next) throw Object.assign(new Error(next.kind), next)
          return next
        },
        [Symbol.dispose]() {},
      }
    },
    discover: async () => ({tokenEndpoint: 'http://127.0.0.1/token'}),
    giveBack: async (token) => givenBack.push(token) > 0,
    now: Date.now,
    sleep: async () => {},
    random: Math.random,
    holder: 'pid 1',
  })

  const entry = () => ledger.read(store.first)

  it('saves what came and calls the generation answered', async () => {
    assert.equal(await refreshOnce(order(), ports(rotated)), 'saved')
    assert.equal(store.tokens?.refreshToken, 'rotated')
    assert.equal(entry()?.phase, 'answered')
  })

  it('row 62: adopts what another refresher saved in the meantime, and sends nothing', async () => {
    const stale = order()
    await store.save(store.generation, {accessToken: 'x', refreshToken: 'newer', clockOffsetMs: 0, receivedAt: 0})
    assert.equal(await refreshOnce(stale, ports(rotated)), 'adopted')
    assert.equal(presented, 0)
  })

  it('sends nothing when another program stored a newer session on the way to the server', async () => {
    const slow: RefreshPorts = {
      ...ports(rotated),
      async discover() {
        await store.save(store.generation, {accessToken: 'x', refreshToken: 'newer', clockOffsetMs: 0, receivedAt: 0})
        return {tokenEndpoint: 'http://127.0.0.1/token'}
      },
    }
    assert.equal(await refreshOnce(order(), slow), 'adopted')
    assert.equal(store.tokens?.refreshToken, 'newer')
    assert.equal(entry()?.phase, 'untouched')
    assert.equal(entry()?.presented, 0)
  })

  it('row 45: a server that cannot be reached to find the endpoint is tried again, as when it is to be sent the token', async () => {
    let asked = 0
    const usual = ports(rotated)
    const unsteady: RefreshPorts = {
      ...usual,
      async discover() {
        if (asked++ < 2) throw Object.assign(new Error('dns'), failure('not-sent', 'dns'))
        return usual.discover()
      },
    }
    assert.equal(await refreshOnce(order(), unsteady), 'saved')
  })

  it('sends nothing when somebody signed out on the way to the server', async () => {
    const slow: RefreshPorts = {
      ...ports(rotated),
      async discover() {
        await store.forget()
        return {tokenEndpoint: 'http://127.0.0.1/token'}
      },
    }
    assert.equal(await refreshOnce(order(), slow), 'signed-out')
    assert.equal(entry()?.presented, 0)
  })

  it('yields to a refresher that is alive', async () => {
    using _held = await tryLock(path.join(homeDir, 'lock'))
    const skipping = {...ports(rotated), now: skippingClock()}
    assert.equal(await refreshOnce(order(), skipping), 'held')
    assert.equal(presented, 0)
  })

  it('row 1: does not send a refused generation again', async () => {
    const refusing = ports(json(400, {error: 'invalid_grant'}))
    assert.equal(await refreshOnce(order(), refusing), 'failed')
    assert.equal(await refreshOnce(order(), refusing), 'not-allowed')
    assert.equal(presented, 1)
    assert.equal(store.tokens?.refreshToken, 'refresh-token', 'the record is kept')
  })

  it('row 47: a connection that broke after sending is not tried again where a replay ends everything', async () => {
    assert.equal(await refreshOnce(order(), ports(failure('sent', 'reset'))), 'failed')
    assert.equal(await refreshOnce(order(), ports(rotated)), 'not-allowed')
    assert.equal(entry()?.reason?.code, 'AUTH_ANSWER_LOST')
    assert.equal(presented, 1)
  })

  it('… but a person may take that risk', async () => {
    await refreshOnce(order(), ports(failure('sent', 'reset')))
    presented = 0
    assert.equal(await refreshOnce(order({replay: true}), ports(rotated)), 'saved')
  })

  it('row 45: tries again at once what never left this machine', async () => {
    assert.equal(await refreshOnce(order(), ports(failure('not-sent', 'dns'), rotated)), 'saved')
    assert.equal(presented, 2)
  })

  it('row 45: gives up after three tries; the next run may try anew', async () => {
    assert.equal(await refreshOnce(order(), ports(failure('not-sent', 'dns'))), 'failed')
    assert.equal(presented, 3)
    assert.equal(entry()?.phase, 'untouched')
    assert.equal(entry()?.presented, 0)
    const later = {...ports(rotated), now: () => Date.now() + 5000}
    presented = 0
    assert.equal(await refreshOnce(order(), later), 'saved')
  })

  it('row 21: after a 500 one more presentation, by a later run, and then none', async () => {
    const failing = ports(json(500, {}))
    assert.equal(await refreshOnce(order({runStartedAt: 0}), failing), 'failed')
    assert.equal(await refreshOnce(order({runStartedAt: 0}), failing), 'not-allowed')
    assert.equal(await refreshOnce(order({tokenValid: true}), failing), 'not-allowed')
    assert.equal(await refreshOnce(order(), failing), 'failed')
    assert.equal(await refreshOnce(order({runStartedAt: Date.now() + 9000}), failing), 'not-allowed')
    assert.equal(presented, 2)
  })

  it('row 57: without space to save nothing is sent', async () => {
    store.preflight = () =>
      Promise.reject(new Problem({code: 'STORE_FULL', message: 'No space', exit: EXIT.storage, suggestions: ['x']}))
    assert.equal(await refreshOnce(order(), ports(rotated)), 'failed')
    assert.equal(presented, 0)
    assert.equal(entry()?.reason?.code, 'STORE_FULL')
  })

  it('row 69: a logout while the answer is under way wins; the new token is given back, once', async () => {
    const leaving = ports(() => {
      void store.forget()
      return rotated
    })
    assert.equal(await refreshOnce(order(), leaving), 'signed-out')
    assert.deepEqual(givenBack, ['rotated'])
    assert.equal(store.tokens, undefined)
  })

  it('row 69: a logout that came after the save has the new token: the refresher does not revoke it, too', async () => {
    store.save = async () => ({outcome: 'signed-out', buried: true})
    assert.equal(await refreshOnce(order(), ports(rotated)), 'signed-out')
    assert.deepEqual(givenBack, [])
    assert.equal(entry()?.phase, 'answered')
  })

  it('row 42: another subject’s tokens are not stored', async () => {
    const claims = Buffer.from(JSON.stringify({sub: 'mallory'})).toString('base64url')
    const answer = json(200, {access_token: 'new', refresh_token: 'rotated', id_token: `x.${claims}.y`})
    assert.equal(await refreshOnce(order(), ports(answer)), 'failed')
    assert.equal(store.tokens?.refreshToken, 'refresh-token')
    assert.equal(entry()?.reason?.code, 'AUTH_OTHER_SUBJECT')
    assert.equal(await refreshOnce(order(), ports(rotated)), 'not-allowed')
  })

  it('row 42: an access token of another subject says nothing against an ID token', async () => {
    const claims = Buffer.from(JSON.stringify({sub: 'client-7', iss: 'https://other.test'})).toString('base64url')
    const answer = json(200, {access_token: `x.${claims}.y`, refresh_token: 'rotated'})
    assert.equal(await refreshOnce(order(), ports(answer)), 'saved')
    assert.equal(store.tokens?.refreshToken, 'rotated')
  })

  it('row 42: what cannot be kept aside is given back, and the session is not taken for signed out', async () => {
    const claims = Buffer.from(JSON.stringify({sub: 'mallory'})).toString('base64url')
    const answer = json(200, {access_token: 'new', refresh_token: 'rotated', id_token: `x.${claims}.y`})
    assert.equal(await refreshOnce(order(), ports(answer)), 'failed')
    assert.deepEqual(givenBack, ['rotated'])
    assert.deepEqual([entry()?.phase, entry()?.reason?.code], ['revoked', 'AUTH_OTHER_SUBJECT'])
  })

  it('saves on the third try when the disk stumbles', async () => {
    let left = 2
    const save = store.save.bind(store)
    store.save = async (...args) => {
      if (left-- > 0) throw Object.assign(new Error('EIO'), {code: 'EIO'})
      return save(...args)
    }

    assert.equal(await refreshOnce(order(), ports(rotated)), 'saved')
  })

  function skippingClock(): () => number {
    let now = Date.now()
    return () => (now += 700)
  }
})
