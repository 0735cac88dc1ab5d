import {deletePassword, getPassword, setKeyring, setPassword, type getKeyring} from 'cross-keychain'

import {askNative, readNative} from './native.ts'
import {classify, type KeychainFault} from './outcome.ts'

type Backend = Awaited<ReturnType<typeof getKeyring>>

/** Thrown through cross-keychain, which hands a back end's errors on as they are. */
export class KeychainError extends Error {
  readonly fault: KeychainFault

  constructor(fault: KeychainFault, cause: unknown) {
    super(`keychain ${fault.kind}`, {cause})
    this.name = 'KeychainError'
    this.fault = fault
  }
}

/**
 * Our back end for cross-keychain, over @napi-rs/keyring. cross-keychain's own back ends read "locked", "busy" and "gone"
 * as "no such secret", block the event loop, and fall back to the kernel's keyring, which forgets at reboot.
 */
const backend: Backend = {
  id: 'superset',
  name: '@napi-rs/keyring, Secret Service only on Linux',
  priority: 100,
  getPassword: (service, account) => faithfully(() => readNative(service, account)),
  async setPassword(service, account, secret) {
    await faithfully(() => askNative({verb: 'set', service, account, secret}))
  },
  async deletePassword(service, account) {
    await faithfully(() => askNative({verb: 'delete', service, account}))
  },
  async getCredential(service, account) {
    if (account === undefined || account === null) return null
    const password = await backend.getPassword(service, account)
    return password === null ? null : {username: account, password}
  },
  withProperties: () => backend,
  diagnose: async () => ({id: 'superset'}),
}

/** cross-keychain, with our back end in charge: another plugin in this process may have chosen its own since. */
export function crossKeychain() {
  setKeyring(backend)
  return {deletePassword, getPassword, setPassword}
}

async function faithfully<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw new KeychainError(classify(error), error)
  }
}
