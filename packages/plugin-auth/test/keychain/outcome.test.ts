import assert from 'node:assert/strict'

import {classify} from '../../src/keychain/outcome.ts'

/** Texts as @napi-rs/keyring 2.1.2 gives them: a test on this machine sees some of them only under load. */
const CASES = [
  ['Platform failure: The unlock prompt was dismissed', 'locked'],
  ["Couldn't access platform secure storage: SS error: object locked: is locked", 'locked'],
  ['User interaction is not allowed.', 'locked'],
  [
    'Platform failure: DBus error: Did not receive a reply. Possible causes include: the remote application did not send a reply',
    'busy',
  ],
  ['DBus error: The connection reached a limit: org.freedesktop.DBus.Error.LimitsExceeded', 'busy'],
  [
    'Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled, set your DBUS_SESSION_BUS_ADDRESS instead',
    'unavailable',
  ],
  ['Platform failure: no result found', 'unavailable'],
  ['something nobody has seen yet', 'unavailable'],
] as const

describe('what a keychain error means', () => {
  for (const [text, kind] of CASES) {
    it(`${kind}: ${text.slice(0, 60)}`, () => {
      assert.equal(classify(new Error(text)).kind, kind)
      assert.equal(classify(text).kind, kind)
    })
  }

  it('gives one line as the reason, without the native stack', () => {
    const fault = classify(new Error(`Platform failure: no result found\n   at rust::frame\n${'x'.repeat(5000)}`))
    assert.deepEqual(fault, {kind: 'unavailable', reason: 'no result found'})
  })
})
