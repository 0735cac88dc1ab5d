import type {LoginOptions} from '@superset/identity'
import {type Sandbox, startSandbox} from '@superset/sandbox'
import assert from 'node:assert/strict'
import {LoginStage} from './login-stage.ts'

describe('what a person reads while signing in', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox?.close())

  it('says where, who is signed in there, how long it waits and how to stop; where no browser starts, the way for another machine first', async () => {
    const holder = {issuer: sandbox.url, subject: 'u1', account: 'bea@acme.test'}
    const heard = async (changes: {browser?: boolean}, options: LoginOptions = {}): Promise<string[]> => {
      await using stage = await LoginStage.open(sandbox.url, {holder, ...changes})
      const controller = new AbortController()
      const result = stage.login({...options, signal: controller.signal})
      await stage.address('paste')
      await stage.address()
      await new Promise(setImmediate)
      controller.abort()
      await assert.rejects(result, {code: 'AUTH_CANCELLED'})
      return stage.told.map((line) => line.replace(/^ +http\S+redirect_uri=\S+?(callback|code)&.*$/, '  <$1>'))
    }
    const [known, at, ...here] = await heard({})
    assert.equal(
      known,
      'Profile default is signed in as bea@acme.test; another account replaces that only when you say so.',
    )
    assert.equal(at, `Signing in at ${sandbox.url}.`)
    assert.equal(here.at(-1), 'Waiting up to 5 minutes. Ctrl-C cancels, and nothing is changed.')
    const order = (lines: readonly string[]) => lines.filter((line) => line.startsWith('  <'))
    assert.deepEqual(order(here), ['  <callback>', '  <code>'])
    const elsewhere = await heard({browser: false})
    assert.deepEqual(order(elsewhere), ['  <code>', '  <callback>'])
    assert.match(elsewhere[2] ?? '', /^No browser can be started here\. Open this address on any machine/)
    // Whoever asked for no browser follows the address by other means.
    assert.deepEqual(order(await heard({browser: false}, {browser: false})), ['  <callback>', '  <code>'])
  })
})
