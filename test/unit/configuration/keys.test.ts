import assert from 'node:assert/strict'
import {choicesOf, findSetting, listSettings, parseValue, type SettingPath} from '../../../src/configuration/keys.ts'

describe('the names of settings', () => {
  const found = (key: string, forProfile = false): SettingPath => {
    const path = findSetting(key, forProfile)
    assert.ok(path, key)
    return path
  }

  it('mean those for all profiles, unless a profile is named that can have its own', () => {
    const scopes = [found('identity'), found('identity', true), found('profile', true), found('clientId')]
    assert.deepEqual(
      scopes.map(({setting}) => setting.scope),
      ['global', 'profile', 'global', 'profile'],
    )
  })

  it('come with what they mean, their default and their words, wherever the schema says it', () => {
    const {setting} = found('clientId')
    assert.equal(setting.default, 'superset-cli')
    assert.notEqual(setting.meaning, setting.schema.title)
    assert.ok(listSettings().every(({meaning}) => meaning !== undefined && meaning !== ''))
    assert.deepEqual(choicesOf(found('replayPolicy')), ['none', 'session', 'user'])
    assert.deepEqual(choicesOf(found('scope')), [])
  })

  it('decide what a typed text is', () => {
    assert.equal(parseValue('123', found('clientId')), '123')
    assert.equal(parseValue('user', found('replayPolicy')), 'user')
    assert.equal(parseValue('123', found('accessTokenSeconds')), 123)
    assert.equal(parseValue('true', found('authorizeParameters.x')), 'true')
    assert.equal(findSetting('replayPolicy.nope', true), undefined)
    assert.equal(findSetting('workload.', true), undefined)
  })
})
