import {Refusal} from './refusal.ts'
import {keyId, toDer} from './keys.ts'

/** @param keys raw public keys that the installer trusts */
export function installScript(template: string, host: string, keys: readonly Uint8Array[]): string {
  // It stands between single quotes.
  if (!/^https?:\/\/[\w.:[\]/~-]+$/.test(host)) throw new Refusal(`Not an address to serve releases from: ${host}`)
  const list = keys.map((key) => `${keyId(key)}:${toDer(key).toString('base64')}`).join('\n')
  return template.replace('@HOST@', host.replace(/\/$/, '')).replace('@KEYS@', list)
}
