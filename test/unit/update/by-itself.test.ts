import assert from 'node:assert/strict'
import {isAmong, judge} from '../../../src/update/by-itself.ts'

const ID = '0123456789abcdef0123456789abcdef'

describe('what an installation takes by itself', () => {
  for (const [title, offered, standing, verdict] of [
    ['what is newer', {version: '1.1.0', rollout: 100}, {}, 'take'],
    ['not what it runs', {version: '1.0.0', rollout: 100}, {}, 'current'],
    ['not what is older', {version: '0.9.0', rollout: 100}, {}, 'current'],
    ['not a pre-release of what it runs', {version: '1.0.0-rc.1', rollout: 100}, {}, 'current'],
    ['not before its turn has come', {version: '1.1.0', rollout: 0}, {}, 'later'],
    ['not the version that was left', {version: '1.1.0', rollout: 100}, {left: '1.1.0'}, 'left'],
    ['nor one before it', {version: '1.0.5', rollout: 100}, {left: '1.1.0'}, 'left'],
    ['nor when its turn would have come', {version: '1.1.0', rollout: 0}, {left: '1.1.0'}, 'left'],
    ['but what comes after it', {version: '1.1.1', rollout: 100}, {left: '1.1.0'}, 'take'],
  ] as const)
    it(`${title}: ${verdict}`, () => assert.equal(judge(offered, {current: '1.0.0', id: ID, ...standing}), verdict))
})

describe('a share of all installations', () => {
  const ids = Array.from({length: 2000}, (_, index) => index.toString(16).padStart(32, '0'))
  const among = (percent: number, version = '1.1.0') => ids.filter((id) => isAmong(percent, id, version))

  it('is as large as it says, with none at 0 and all at 100', () => {
    assert.deepEqual([among(0).length, among(100).length], [0, 2000])
    for (const percent of [1, 10, 50, 90]) {
      const expected = percent * 20
      // Fixed numbers: this is no matter of luck.
      assert.ok(Math.abs(among(percent).length - expected) < 60, `${percent} %: ${among(percent).length}`)
    }
  })

  it('loses nobody when it is raised', () => {
    for (let percent = 0; percent < 100; percent += 10) {
      const more = new Set(among(percent + 10))
      assert.ok(among(percent).every((id) => more.has(id)))
    }
  })

  it('is the same on each day, and another one for each version', () => {
    assert.deepEqual(among(10), among(10))
    const next = new Set(among(10, '1.2.0'))
    assert.ok(among(10).filter((id) => next.has(id)).length < 60)
  })
})
