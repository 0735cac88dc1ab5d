import type {getKeyring} from 'cross-keychain'

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
 * Our back end for cross-keychain, over @napi-rs/keyring's asynchronous entries. cross-keychain's own back ends read
 * "locked", "busy" and "gone" as "no such secret", block the event loop, and fall back to the kernel's keyring, which
 * forgets at reboot: on Linux the Secret Service is the only store that counts here.
 */
export async function createBackend(): Promise<Backend> {
  const {AsyncEntry} = await import('@napi-rs/keyring')
  const entry = (service: string, account: string) =>
    new AsyncEntry(service, account, {linux: {store: 'secret-service'}})

  const backend: Backend = {
    id: 'superset',
    name: '@napi-rs/keyring, Secret Service only on Linux',
    priority: 100,
    getPassword: (service, account) => faithfully(async () => entry(service, account).getPassword()),
    setPassword: (service, account, password) => faithfully(async () => entry(service, account).setPassword(password)),
    async deletePassword(service, account) {
      await faithfully(async () => entry(service, account).deleteCredential())
    },
    async getCredential(service, account) {
      if (account === undefined || account === null) return null
      const password = await backend.getPassword(service, account)
      return password === null ? null : {username: account, password}
    },
    withProperties: () => backend,
    diagnose: async () => ({id: 'superset'}),
  }
  return backend
}

async function faithfully<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw new KeychainError(classify(error), error)
  }
}
