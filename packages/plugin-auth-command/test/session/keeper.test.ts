import assert from 'node:assert/strict'
import type {Credential} from '../../src/protocol/credential.ts'
import {freshness, leewayMs} from '../../src/session/freshness.ts'
import {CredentialKeeper} from '../../src/session/keeper.ts'

const MINUTE = 60_000
const START = Date.UTC(2031, 0, 1)

/** A command that gives what the test says, and a clock that the test moves. */
class Stage {
  now = START
  readonly asked: boolean[] = []
  next: () => Promise<Credential> = () => Promise.reject(new Error('not expected'))
  readonly keeper: CredentialKeeper

  constructor(first: Credential) {
    const ask = (refused: boolean) => {
      this.asked.push(refused)
      return this.next()
    }
    this.keeper = new CredentialKeeper({ask, now: () => this.now, first})
  }

  gives(token: string, lifeMs?: number): void {
    this.next = () => Promise.resolve(credential(token, lifeMs === undefined ? undefined : this.now + lifeMs))
  }

  async token(): Promise<string> {
    return (await this.keeper.current()).credential.token
  }
}

function credential(token: string, expiresAt?: number): Credential {
  return {token, scheme: 'bearer', ...(expiresAt !== undefined && {expiresAt: new Date(expiresAt)})}
}

describe('how long a credential of a command serves', () => {
  const CASES: ReadonlyArray<readonly [number | undefined, number, string]> = [
    [undefined, 0, 'fresh'],
    [60, 0, 'fresh'],
    [60, 53, 'fresh'],
    [60, 55, 'due'],
    [60, 60, 'expired'],
    [3, 1, 'fresh'],
    [3, 2.1, 'due'],
  ]
  for (const [life, after, expected] of CASES) {
    it(`one of ${life ?? 'unknown'} minutes is ${expected} after ${after}`, () => {
      const expiresAt = life === undefined ? undefined : START + life * MINUTE
      assert.equal(freshness(expiresAt, START, START + after * MINUTE), expected)
    })
  }

  it('it is renewed when a tenth is left, at least five minutes and at most a third', () => {
    assert.deepEqual(
      [600, 60, 50, 15, 3].map((life) => leewayMs(life * MINUTE) / MINUTE),
      [60, 6, 5, 5, 1],
    )
  })
})

describe('a run that keeps the credential of its command', () => {
  it('asks no second time while it serves', async () => {
    const stage = new Stage(credential('one', START + 60 * MINUTE))
    stage.now += 30 * MINUTE
    assert.deepEqual([await stage.token(), await stage.token()], ['one', 'one'])
    assert.deepEqual(stage.asked, [])
  })

  it('asks again before it ends', async () => {
    const stage = new Stage(credential('one', START + 60 * MINUTE))
    stage.now += 56 * MINUTE
    stage.gives('two', 60 * MINUTE)
    assert.equal(await stage.token(), 'two')
    assert.deepEqual(stage.asked, [false])
  })

  it('keeps what serves when the command fails, and leaves the command alone for a while', async () => {
    const stage = new Stage(credential('one', START + 60 * MINUTE))
    stage.now += 56 * MINUTE
    assert.deepEqual([await stage.token(), await stage.token()], ['one', 'one'])
    assert.equal(stage.asked.length, 1)
    stage.now += MINUTE
    assert.equal(await stage.token(), 'one')
    assert.equal(stage.asked.length, 2)
    stage.now += 4 * MINUTE
    await assert.rejects(stage.token(), /not expected/)
  })

  it('asks once for many requests that were refused at the same moment', async () => {
    const stage = new Stage(credential('one'))
    const refused = await stage.keeper.current()
    stage.gives('two')
    const replaced = await Promise.all(Array.from({length: 10}, () => stage.keeper.replace(refused)))
    assert.deepEqual(new Set(replaced.map((held) => held?.credential.token)), new Set(['two']))
    assert.deepEqual(stage.asked, [true])
  })

  it('takes a refusal for final when the command gives the same again', async () => {
    const stage = new Stage(credential('one'))
    const refused = await stage.keeper.current()
    stage.gives('one')
    const replaced = await Promise.all([stage.keeper.replace(refused), stage.keeper.replace(refused)])
    assert.deepEqual(replaced, [undefined, undefined])
    // One request that was under way all the time, and one that began afterwards.
    assert.equal(await stage.keeper.replace(refused), undefined)
    assert.equal(await stage.keeper.replace(await stage.keeper.current()), undefined)
    assert.deepEqual(stage.asked, [true])
  })

  it('does not ask on and on while each new one is refused, too', async () => {
    const stage = new Stage(credential('one'))
    stage.gives('two')
    const second = await stage.keeper.replace(await stage.keeper.current())
    assert.ok(second)
    assert.equal(await stage.keeper.replace(second), undefined)
    assert.equal(stage.asked.length, 1)
    stage.now += MINUTE
    stage.gives('three')
    assert.equal((await stage.keeper.replace(second))?.credential.token, 'three')
  })
})
