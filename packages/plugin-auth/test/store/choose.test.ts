import assert from 'node:assert/strict'

import {chooseStorage} from '../../src/store/choose.ts'

describe('the storage of a new sign-in', () => {
  it('is what was asked for, whatever else there is', () => {
    for (const value of ['file', 'key', 'keychain'] as const) {
      const explicit = {value, source: 'flag'} as const
      assert.deepEqual(chooseStorage({explicit, hasStorageKey: true, existing: 'file'}), explicit)
    }
  })

  it('is key when a key is given, then what the profile has, then the keychain', () => {
    assert.deepEqual(chooseStorage({hasStorageKey: true, existing: 'file'}), {
      value: 'key',
      source: 'env:SUPERSET_STORAGE_KEY',
    })
    assert.deepEqual(chooseStorage({hasStorageKey: false, existing: 'file'}), {value: 'file', source: 'stored'})
    assert.deepEqual(chooseStorage({hasStorageKey: false}), {value: 'keychain', source: 'default'})
  })
})
