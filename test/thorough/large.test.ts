import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {digest} from '@superset/sandbox'
import {
  keyringMissing,
  startKeyring,
  type KeyringSession,
} from '../../packages/plugin-auth/test/support/keyring-session.ts'
import {RefreshStage} from '../support/refresh-stage.ts'
import {assertSucceeded} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'

const BYTES = 64 * 1024

/** Such tokens exist: every group of a person in a directory, as claims. */
function largeAnswer(expiresIn: number) {
  const accessToken = randomBytes(BYTES / 2).toString('hex')
  const refreshToken = randomBytes(BYTES / 2).toString('hex')
  return {
    accessToken,
    refreshToken,
    answer: {
      status: 200,
      body: {access_token: accessToken, refresh_token: refreshToken, token_type: 'Bearer', expires_in: expiresIn},
    },
  }
}

for (const storage of ['file', 'key', 'keychain'] as const) {
  describe(`64 KB of access token and 64 KB of refresh token, ${storage} storage`, () => {
    it('are stored, presented whole at the next refresh, and replaced', async function () {
      const missing = storage === 'keychain' ? await keyringMissing() : undefined
      if (missing !== undefined) skip(this, missing)
      await using keyring = storage === 'keychain' ? await startKeyring() : undefined
      await using stage = await RefreshStage.create({storage, ...(keyring && {env: onBus(keyring)})})
      const {token} = stage.sandbox.faults
      const first = largeAnswer(3600)
      token.add({grant: 'refresh_token', answer: first.answer})
      assertSucceeded(await stage.refresh())
      assert.equal(await storedToken(stage), first.accessToken)
      const second = largeAnswer(3600)
      token.add({grant: 'refresh_token', answer: second.answer})
      assertSucceeded(await stage.refresh())
      assert.equal(await storedToken(stage), second.accessToken)
      const [, presented] = stage.sandbox.journal.token.filter(({grant}) => grant === 'refresh_token')
      assert.equal(presented?.presented, digest(first.refreshToken), 'the large refresh token came whole')
    })
  })
}

async function storedToken(stage: RefreshStage): Promise<string> {
  const run = await stage.home.run(['auth', 'token'], {env: stage.env})
  assertSucceeded(run)
  return run.stdout.trim()
}

/** What a login session gives its programs to find the keyring by. */
function onBus({env}: KeyringSession): Record<string, string> {
  return {DBUS_SESSION_BUS_ADDRESS: env['DBUS_SESSION_BUS_ADDRESS'] ?? ''}
}
