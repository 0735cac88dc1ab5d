import assert from 'node:assert/strict'
import {decideChannel, decideRollback, decideVersion, type Situation} from '../../../src/update/decide.ts'
import {freeFolder, type InstalledVersion, installationOf} from '../../../src/update/installation.ts'
import {isChannel, isVersion} from '../../../src/update/release-version.ts'
import {type RetainedVersion, superfluous} from '../../../src/update/sweep.ts'

const folders = (...names: string[]): InstalledVersion[] =>
  names.map((folder) => ({folder, version: folder.split('+')[0] ?? ''}))

function at(running: string, current: string, ...names: string[]): Situation {
  return {running, current: folders(current)[0], installed: folders(...names)}
}

describe('which release is taken', () => {
  for (const [offered, force, situation, expected] of [
    ['1.1.0', false, at('1.0.0', '1.0.0', '1.0.0'), {act: 'download', version: '1.1.0'}],
    ['1.0.0', false, at('1.0.0', '1.0.0', '1.0.0'), {act: 'stay', version: '1.0.0'}],
    ['1.0.0', true, at('1.0.0', '1.0.0', '1.0.0'), {act: 'download', version: '1.0.0'}],
    ['1.1.0', false, at('1.0.0', '1.0.0', '1.0.0', '1.1.0'), {act: 'switch', to: folders('1.1.0')[0]}],
    ['1.1.0', false, at('1.0.0', '1.0.0', '1.1.0', '1.1.0+1'), {act: 'switch', to: folders('1.1.0+1')[0]}],
    ['1.1.0', false, at('1.0.0', '1.1.0', '1.0.0', '1.1.0'), {act: 'stay', version: '1.1.0'}],
    ['1.0.0', false, at('1.0.0-rc.1', '1.0.0-rc.1', '1.0.0-rc.1'), {act: 'download', version: '1.0.0'}],
    ['1.10.0', false, at('1.9.0', '1.9.0', '1.9.0'), {act: 'download', version: '1.10.0'}],
  ] as const) {
    it(`${offered} is offered${force ? ', by force' : ''}; ${situation.running} runs: ${expected.act}`, () => {
      assert.deepEqual(decideChannel({channel: 'stable', version: offered}, force, situation), expected)
    })
  }

  for (const [offered, situation] of [
    ['0.9.9', at('1.0.0', '1.0.0', '1.0.0')],
    ['1.9.0', at('1.10.0', '1.10.0', '1.10.0')],
    ['1.0.0-rc.1', at('1.0.0', '1.0.0', '1.0.0')],
    ['1.1.0', at('1.0.0', '1.2.0', '1.0.0', '1.2.0')],
    ['1.1.0', at('1.2.0', '1.0.0', '1.0.0', '1.2.0')],
    ['0.9.0', at('1.0.0', '1.0.0', '0.9.0', '1.0.0')],
  ] as const) {
    it(`${offered} is offered; ${situation.running} runs, next is ${situation.current?.version}: refused, by force too`, () => {
      for (const force of [false, true])
        assert.throws(() => decideChannel({channel: 'stable', version: offered}, force, situation), {
          code: 'UPDATE_OLDER',
        })
    })
  }

  it('a named version may be older', () => {
    const situation = at('1.1.0', '1.1.0', '1.0.0', '1.1.0')
    assert.deepEqual(decideVersion('1.0.0', false, situation), {act: 'switch', to: folders('1.0.0')[0]})
    assert.deepEqual(decideVersion('1.0.0', true, situation), {act: 'download', version: '1.0.0'})
    assert.deepEqual(decideVersion('0.1.0', false, situation), {act: 'download', version: '0.1.0'})
  })

  it('one step back is to the newest that is older', () => {
    const situation = at('1.2.0', '1.2.0', '1.0.0', '1.1.0', '1.2.0', '1.3.0')
    assert.deepEqual(decideRollback(situation), {act: 'switch', to: folders('1.1.0')[0]})
    assert.throws(() => decideRollback(at('1.0.0', '1.0.0', '1.0.0', '1.1.0')), {code: 'UPDATE_NO_EARLIER', exit: 1})
  })
})

describe('names of versions', () => {
  for (const text of ['1.0.0', '1.10.0', '1.0.0-rc.1', '0.0.0']) it(`${text} is one`, () => assert.ok(isVersion(text)))
  for (const text of ['', '1', '1.0', 'v1.0.0', '1.0.0+1', ' 1.0.0', '01.0.0', '1.0.0/..', `1.0.0-${'a'.repeat(99)}`])
    it(`${JSON.stringify(text)} is none`, () => assert.ok(!isVersion(text)))
  for (const text of ['', '..', 'a/b', 'Stable', '-a', 'a'.repeat(33)])
    it(`${JSON.stringify(text)} is no channel`, () => assert.ok(!isChannel(text)))

  it('a version that is brought anew gets a folder of its own', () => {
    assert.equal(freeFolder('1.1.0', folders('1.1.1', '1.1.10')), '1.1.0')
    assert.equal(freeFolder('1.1.0', folders('1.1.0')), '1.1.0+1')
    assert.equal(freeFolder('1.1.0', folders('1.1.0', '1.1.0+9')), '1.1.0+10')
  })

  for (const [app, version, expected] of [
    ['/r/versions/1.0.0/app', '1.0.0', {root: '/r', folder: '1.0.0', version: '1.0.0'}],
    ['/r/versions/1.0.0+2/app', '1.0.0', {root: '/r', folder: '1.0.0+2', version: '1.0.0'}],
    ['/r/versions/1.0.0/app', '1.0.1', undefined],
    ['/r/versions/.1.0.0-ab/app', '1.0.0', undefined],
    ['/r/1.0.0/app', '1.0.0', undefined],
    ['/usr/lib/node_modules/superset', '1.0.0', undefined],
  ] as const) {
    it(`${app} is ${expected ? '' : 'not '}an installation of ${version}`, () =>
      assert.deepEqual(installationOf(app, version), expected))
  }
})

describe('which versions are removed', () => {
  const DAY = 86_400_000
  const kept = (folder: string, days: number, inUse = false): RetainedVersion => ({
    ...folders(folder)[0]!,
    unusedMs: days * DAY,
    inUse,
  })

  for (const [name, present, expected] of [
    [
      'the two newest others stay',
      [kept('1.0.0', 90), kept('1.1.0', 90), kept('1.2.0', 90), kept('1.3.0', 0)],
      ['1.0.0'],
    ],
    ['what was in use lately stays', [kept('1.0.0', 13), kept('1.1.0', 90), kept('1.2.0', 90), kept('1.3.0', 0)], []],
    ['what runs stays', [kept('1.0.0', 90, true), kept('1.1.0', 90), kept('1.2.0', 90), kept('1.3.0', 0)], []],
    ['what is current stays, old as it is', [kept('1.3.0', 90)], []],
  ] as const) {
    it(name, () => {
      const removed = superfluous(present, new Set(['1.3.0']))
      assert.deepEqual(
        removed.map(({folder}) => folder),
        expected,
      )
    })
  }
})
