import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'

import {skip} from '../../../../test/support/skip.ts'
import {startSilentBus} from '../support/keyring-session.ts'

const ASK = fileURLToPath(new URL('../support/ask-keychain.ts', import.meta.url))
/** The native call alone never ends: any end of the process shows that it was not waited for. */

describe('row 110: a session bus that accepts and never answers', function () {
  before(function () {
    if (process.platform !== 'linux') skip(this, 'a session bus is a matter of Linux')
  })

  for (const greets of [false, true]) {
    for (const verb of ['get', 'set', 'delete', 'probe']) {
      it(`${verb}: hung after 3 s, with the event loop alive and the process gone (${greets ? 'after its greeting' : 'from the first byte'})`, async () => {
        await using bus = await startSilentBus({greets})
        const {outcome, ms, ticks} = await ask(bus.address, verb)
        if (verb === 'probe') assert.match(JSON.stringify(outcome), /STORE_BUSY/)
        else assert.deepEqual(outcome, {kind: 'hung'})
        assert.ok(ms >= 2900, `it waited for ${ms} ms`)
        // A blocked loop has no turns at all; on a busy machine it has fewer than its timer asks for.
        assert.ok(ticks >= 3, `${ticks} turns of the event loop`)
      })
    }

    it(`Ctrl-C ends the wait at once (${greets ? 'after its greeting' : 'from the first byte'})`, async () => {
      await using bus = await startSilentBus({greets})
      const child = start(bus.address, 'get')
      child.once('spawn', () => setTimeout(() => child.kill('SIGINT'), 1500))
      const [, signal] = (await once(child, 'close')) as [number | null, string | null]
      assert.equal(signal, 'SIGINT')
    })
  }
})

function start(address: string, verb: string) {
  const env = {PATH: process.env['PATH'], HOME: process.env['HOME'], DBUS_SESSION_BUS_ADDRESS: address}
  return spawn(process.execPath, [ASK, verb, 'an-account', 'a-secret'], {env, stdio: ['ignore', 'pipe', 'inherit']})
}

async function ask(address: string, verb: string) {
  const child = start(address, verb)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = (await once(child, 'close')) as [number | null]
  assert.equal(code, 0)
  return JSON.parse(output) as {readonly outcome: unknown; readonly ms: number; readonly ticks: number}
}
