import assert from 'node:assert/strict'
import {skip} from '../../../../test/support/skip.ts'
import {ask} from '../support/keychain-process.ts'
import {keyringMissing, startKeyring} from '../support/keyring-session.ts'

/** As many processes want one key at the same moment. */
export function describeReaders(count: number): void {
  describe('the keychain, asked by many', () => {
    before(async function () {
      const missing = await keyringMissing()
      if (missing !== undefined) skip(this, missing)
    })

    it(`${count} readers at once all get the key`, async () => {
      await using keyring = await startKeyring()
      const {env} = keyring
      assert.deepEqual(await ask(env, 'set', 'a', 'one'), {kind: 'done'})
      const answers = await Promise.all(Array.from({length: count}, () => ask(env, 'get', 'a')))
      const kinds = answers.map(({kind}) => kind)
      assert.equal(kinds.filter((kind) => kind === 'found').length, count, kinds.join())
    })
  })
}
