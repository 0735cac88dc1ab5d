import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {EXIT} from '@superset/identity'
import {Ledger} from '../../src/ledger/ledger.ts'
import {tryLock} from '../../src/ledger/lock.ts'
import type {Answer} from '../../src/refresh/classify.ts'
import {refreshOnce} from '../../src/refresh/refresh-once.ts'
import type {RefreshOrder, RefreshPorts} from '../../src/refresh/ports.ts'
import {MemoryStore} from '../support/memory-store.ts'

const json = (body: unknown): Answer => ({
  status: 200,
  headers: {'content-type': 'application/json'},
  body: Buffer.from(JSON.stringify(body)),
})
const rotated = json({access_token: 'new', refresh_token: 'rotated', expires_in: 60, token_type: 'Bearer'})

describe('row 63: silence before the token is sent', () => {
  let homeDir: string
  let ledger: Ledger
  let store: MemoryStore
  let presented: number

  beforeEach(async () => {
    homeDir = await mkdtemp(path.join(os.tmpdir(), 'silence-'))
    ledger = await Ledger.open(homeDir)
    store = new MemoryStore('refresh-token')
    presented = 0
  })

  afterEach(async () => {
    ledger[Symbol.dispose]()
    await rm(homeDir, {recursive: true})
  })

  const entry = () => ledger.read(store.first)

  const order = (changes: Partial<RefreshOrder> = {}): RefreshOrder => ({
    stale: store.generation,
    tokenValid: false,
    replay: false,
    runStartedAt: Date.now() + 1000,
    ...changes,
  })

  const answered = (): RefreshPorts => ({
    ledger,
    store,
    tryLock: () => tryLock(path.join(homeDir, 'lock')),
    connect: async () => ({
      goesOn: true,
      get: async () => json({issuer: store.binding.issuer}),
      async post({onReady}) {
        presented++
        await onReady()
        return rotated
      },
      [Symbol.dispose]() {},
    }),
    discover: async () => ({tokenEndpoint: 'http://127.0.0.1/token'}),
    giveBack: async () => false,
    now: Date.now,
    sleep: async () => {},
    random: Math.random,
    holder: 'pid 1',
  })

  const silence = Object.assign(new Error('timeout'), {
    phase: 'sent',
    kind: 'timeout',
    host: 'h',
    detail: 'no full answer in 15000 ms',
  })

  /** The first requests for the metadata, to find the endpoint or to look ahead, are not answered within their 15 s. */
  const silentPorts = (where: 'discovery' | 'pre-flight', times: number) => {
    const usual = answered()
    const seen: unknown[] = []
    let clock = Date.now()
    let asked = 0
    const askedInVain = () => {
      if (asked++ >= times) return
      clock += 15_000
      seen.push(entry()?.phase)
      throw silence
    }

    const silent: RefreshPorts = {
      ...usual,
      async discover() {
        if (where === 'discovery') askedInVain()
        return usual.discover()
      },
      async connect(url) {
        const line = await usual.connect(url)
        const get = async (address: string) => {
          if (where === 'pre-flight') askedInVain()
          return line.get(address)
        }

        return {goesOn: true, get, post: line.post, [Symbol.dispose]() {}}
      },
      now: () => clock,
      async sleep(ms) {
        clock += ms
        seen.push([entry()?.phase, entry()?.reason?.exit])
      },
    }
    return {silent, seen, tries: () => asked}
  }

  for (const where of ['discovery', 'pre-flight'] as const) {
    it(`${where}: asks again while somebody waits, and nobody is sent away meanwhile`, async () => {
      const {silent, seen} = silentPorts(where, 2)
      assert.equal(await refreshOnce(order(), silent), 'saved')
      assert.deepEqual(seen, ['claimed', ['claimed', EXIT.temporary], 'claimed', ['claimed', EXIT.temporary]])
      assert.equal(presented, 1)
      assert.equal(entry()?.presented, 1)
    })

    it(`${where}: tells after a minute that nobody answers`, async () => {
      const {silent, tries} = silentPorts(where, 100)
      assert.equal(await refreshOnce(order(), silent), 'failed')
      assert.deepEqual([entry()?.phase, entry()?.reason?.exit, presented], ['untouched', EXIT.temporary, 0])
      assert.equal(tries(), 3)
    })

    it(`${where}: is told at once while the access token serves`, async () => {
      store = new MemoryStore('refresh-token', {expiresAt: Date.now() + 60_000, lifetimeMs: 3_600_000})
      const {silent, tries} = silentPorts(where, 100)
      assert.equal(await refreshOnce(order({tokenValid: true}), silent), 'failed')
      assert.equal(tries(), 1)
    })
  }
})
