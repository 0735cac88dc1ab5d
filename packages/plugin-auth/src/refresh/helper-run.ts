import {setTimeout as sleep} from 'node:timers/promises'
import {processName} from '../ledger/holder.ts'
import {Ledger} from '../ledger/ledger.ts'
import {tryLock} from '../ledger/lock.ts'
import {sweepLocks} from '../ledger/sweep-locks.ts'
import {tokenLocks} from '../ledger/token-locks.ts'
import {discover} from '../network/discovery.ts'
import {Connection} from '../network/http-request.ts'
import {revokeGranted} from '../network/revoke.ts'
import {openStore} from '../store/open.ts'
import type {HelperOrder} from './order.ts'
import type {Endpoints, IssuerConnection, RefreshOutcome, RefreshPorts} from './ports.ts'
import {refreshOnce} from './refresh-once.ts'

const CONNECT_TIMEOUT_MS = 5000
/** For the issuer's metadata, before the token is sent: whoever waits is told within their 30 s. */
const LOOK_TIMEOUT_MS = 15_000
/**
 * Runs wait 30 s at most; this process has nobody to hurry for. While the answer may still come, giving up would lose a
 * session that the server has renewed: a server starved by a hundred runs was seen to take more than 15 s.
 */
const ANSWER_TIMEOUT_MS = 60_000
const MAX_ANSWER_BYTES = 1024 * 1024

/** Carries out one order with the real network, storage and clock. */
export async function runHelper({order, handle, key}: HelperOrder): Promise<RefreshOutcome> {
  using ledger = await Ledger.open(handle.homeDir)
  const store = openStore(handle, key ? {kind: 'given', key: Buffer.from(key, 'base64')} : {kind: 'keychain'})
  const {binding} = handle
  const ports: RefreshPorts = {
    ledger,
    store,
    connect: (url) => connect(url, order.slowness),
    tryLock: () => tryLock(tokenLocks(handle.homeDir, order.stale).refreshing),
    discover: (fresh) => endpointsOf(handle, fresh),
    giveBack: async (refreshToken) =>
      (await revokeGranted({binding, homeDir: handle.homeDir, refreshToken})) === 'revoked',
    now: Date.now,
    sleep: (ms) => sleep(ms),
    random: Math.random,
    holder: processName(),
  }
  const outcome = await refreshOnce(order, ports)
  if (outcome === 'saved') {
    ledger.sweep(Date.now())
    await sweepLocks(handle.homeDir, Date.now())
  }

  return outcome
}

async function endpointsOf({binding, homeDir}: HelperOrder['handle'], fresh = false): Promise<Endpoints> {
  if (binding.tokenEndpoint && !fresh) {
    return {
      tokenEndpoint: binding.tokenEndpoint,
      ...(binding.revocationEndpoint && {revocationEndpoint: binding.revocationEndpoint}),
    }
  }

  return discover(binding.issuer, {homeDir, fresh})
}

async function connect(url: string, slowness = 1): Promise<IssuerConnection> {
  const connection = await Connection.open({url, connectTimeoutMs: CONNECT_TIMEOUT_MS * slowness})
  return {
    get goesOn() {
      return connection.goesOn
    },
    get: (address) =>
      connection.send({
        method: 'GET',
        url: address,
        // What a cache on the way has kept says nothing of the server (RFC 9111 5.2.1.4).
        headers: {accept: 'application/json', 'cache-control': 'no-cache'},
        keepAlive: true,
        answerTimeoutMs: LOOK_TIMEOUT_MS * slowness,
        maxBytes: MAX_ANSWER_BYTES,
      }),
    post: ({url: address, form, onReady}) =>
      connection.send({
        method: 'POST',
        url: address,
        headers: {accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded'},
        body: new URLSearchParams(form).toString(),
        answerTimeoutMs: ANSWER_TIMEOUT_MS * slowness,
        maxBytes: MAX_ANSWER_BYTES,
        onConnected: onReady,
      }),
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  }
}
