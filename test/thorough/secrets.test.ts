import {keyringMissing, startKeyring} from '../../packages/plugin-auth/test/support/keyring-session.ts'
import {assertKeptSecret} from '../support/kept-secret.ts'
import {liveThroughEverything} from '../support/secret-life.ts'
import {skip} from '../support/skip.ts'

describe('no secret in the clear, whatever happens to a session', () => {
  it('keychain mode', async function () {
    const missing = await keyringMissing()
    if (missing !== undefined) skip(this, missing)
    await using keyring = await startKeyring()
    assertKeptSecret(await liveThroughEverything('keychain', keyring))
  })
})
