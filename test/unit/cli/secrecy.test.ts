import assert from 'node:assert/strict'
import {withoutSecrets} from '../../../src/cli/secrecy.ts'

describe('texts that are not our own', () => {
  it('lose the secrets of this run, tokens and API keys', () => {
    const text =
      'bad header "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln" sk_live_abcdefghijkl and hunter2-hunter2'
    const shown = withoutSecrets(text, {token: 'hunter2-hunter2'})
    assert.equal(shown, 'bad header "Bearer [secret]" [secret] and [secret]')
  })

  it('keep everything else', () => {
    assert.equal(withoutSecrets('a plain message', {apiKey: 'ab'}), 'a plain message')
  })
})
