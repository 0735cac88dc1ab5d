import {Refusal} from './refusal.ts'
import {keyId, toDer} from './keys.ts'

/** The serial of what a channel points to; the script refuses an older one. */
export interface KnownSerial {
  readonly channel: string
  readonly platform: string
  readonly serial: number
}

const SERIALS = /^serials='[^']*'$/m

/** @param keys raw public keys that the installer trusts */
export function installScript(
  template: string,
  host: string,
  keys: readonly Uint8Array[],
  serials: readonly KnownSerial[] = [],
): string {
  // It stands between single quotes.
  if (!/^https?:\/\/[\w.:[\]/~-]+$/.test(host)) throw new Refusal(`Not an address to serve releases from: ${host}`)
  const list = keys.map((key) => `${keyId(key)}:${toDer(key).toString('base64')}`).join('\n')
  return withSerials(template.replace('@HOST@', host.replace(/\/$/, '')).replace('@KEYS@', list), serials)
}

export function withSerials(script: string, serials: readonly KnownSerial[]): string {
  const lines = serials.map(({channel, platform, serial}) => `${channel}/${platform}:${serial}`).toSorted()
  return script.replace(SERIALS, () => `serials='${lines.join('\n')}'`)
}
