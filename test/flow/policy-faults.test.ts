import assert from 'node:assert/strict'
import type {IdentityPolicy} from '@superset/identity'
import {rotating, Stage} from './stage.ts'

const FILE = '/etc/superset/policy.json'
const WIDER = rotating({scope: 'openid profile email offline_access admin'})

describe('a stored session under a policy', () => {
  async function staged(life: 'expired' | 'valid', policy: Omit<IdentityPolicy, 'file'>): Promise<Stage> {
    const stage = await Stage.open(life, {answer: WIDER})
    stage.policy = {file: FILE, ...policy}
    return stage
  }

  it('row 41: a wider scope is refused once the token has expired, and by every later run', async () => {
    await using stage = await staged('expired', {widerScope: 'refuse'})
    for (const presented of [1, 1]) {
      const {exit, problem} = await stage.run()
      assert.deepEqual([exit, problem?.code, stage.presented.length], [77, 'POLICY_REFUSED', presented])
      assert.match(problem?.message ?? '', /policy\.json: login\.widerScope\)\. .* more than was asked: admin\.$/)
    }

    assert.equal((await stage.stored()).accessToken, 'access-2', 'it is kept')
    assert.deepEqual(stage.apiCredentials, [])
  })

  it('row 41: the token that it replaces serves while it is valid', async () => {
    await using stage = await staged('valid', {widerScope: 'refuse'})
    const {exit, token} = await stage.run()
    assert.deepEqual([exit, token], [0, 'access-1'])
    assert.equal((await stage.run()).exit, 77)
  })

  it('row 41: without that policy it is used', async () => {
    await using stage = await staged('expired', {})
    assert.equal((await stage.run()).exit, 0)
  })

  for (const [key, policy] of [
    ['login.issuer', {issuer: 'https://login.example'}],
    ['login.clientId', {clientId: 'acme'}],
    ['login.apiUrl', {apiUrl: 'https://api.example'}],
    ['storage.allowed', {storages: ['keychain']}],
  ] as const) {
    it(`row 87: is not used, and nothing is sent, where ${key} forbids it`, async () => {
      await using stage = await staged('expired', policy)
      const {exit, problem} = await stage.run()
      assert.equal(exit, 77)
      assert.ok(problem?.message.includes(`policy ${FILE}: ${key}`), problem?.message)
      assert.deepEqual([stage.presented, stage.apiCredentials, stage.metadataAsked], [[], [], 0])
    })
  }
})
