import {createPrivateKey, generateKeyPairSync, type KeyObject} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {rawPublicKey, type TrustedKeys} from '../plan/keys.ts'
import {Refusal} from '../plan/refusal.ts'

/** @param file PKCS #8 in PEM; `-` reads stdin, so that a key need not lie on a disk */
export function readPrivateKey(file: string): KeyObject {
  const pem = readFileSync(file === '-' ? 0 : file, 'utf8')
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (cause) {
    throw new Refusal(`${file} holds no private key in PEM.`, {cause})
  }

  if (key.asymmetricKeyType !== 'ed25519') throw new Refusal(`${file} holds no Ed25519 key.`)
  return key
}

export interface KeyPair {
  readonly privateKey: KeyObject
  /** PKCS #8, PEM. */
  readonly pem: string
  /** Raw, base64url. */
  readonly publicKey: string
}

export function makeKeyPair(): KeyPair {
  const {privateKey} = generateKeyPairSync('ed25519')
  const pem = privateKey.export({format: 'pem', type: 'pkcs8'}).toString()
  return {privateKey, pem, publicKey: rawPublicKey(privateKey).toString('base64url')}
}

export function readTrustedKeys(file: string): TrustedKeys {
  const value = JSON.parse(readFileSync(file, 'utf8')) as TrustedKeys
  const isKey = (key: unknown) => key === null || key === undefined || typeof key === 'string'
  if (!isKey(value.current) || !isKey(value.next))
    throw new Refusal(`${file} is not of the form {"current": <key>, "next": <key or null>}.`)
  return value
}
