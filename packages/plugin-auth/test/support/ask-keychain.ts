/**
 * One keychain operation in a process of its own: `node ask-keychain.ts get|set|delete|probe <account> [secret]`.
 * Prints `{outcome, ms, ticks}`; `ticks` counts turns of a 10 ms timer meanwhile: a blocked event loop has none.
 */
import {deleteSecret, getSecret, setSecret} from '../../src/keychain/keychain.ts'
import {probeKeychain} from '../../src/keychain/session-entry.ts'

const [, , verb, account = '', secret = ''] = process.argv
let ticks = 0
const timer = setInterval(() => ticks++, 10)
const begun = performance.now()

async function ask(): Promise<unknown> {
  if (verb === 'get') return getSecret(account)
  if (verb === 'set') return setSecret(account, secret)
  if (verb === 'delete') return deleteSecret(account)
  try {
    await probeKeychain()
    return {kind: 'done'}
  } catch (error) {
    return error
  }
}

const outcome = await ask()
clearInterval(timer)
process.stdout.write(`${JSON.stringify({outcome, ms: Math.round(performance.now() - begun), ticks})}\n`)
process.exit()
