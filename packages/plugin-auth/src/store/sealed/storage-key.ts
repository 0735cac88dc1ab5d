import {keyInvalid} from '../../files/problems.ts'
import {readMounted} from '../../files/safe-read.ts'

const KEY_BYTES = 32

/**
 * Reads `SUPERSET_STORAGE_KEY`: 64 hexadecimal digits, base64 or base64url of 32 bytes, or `@path` of a file that holds
 * one of these: any that others cannot write, for whoever mounted it decided who may read it.
 * @param name of the variable, for messages
 * @throws Problem STORE_KEY_INVALID (78), STORE_UNSAFE (74); neither ever shows the value
 */
export async function readStorageKey(value: string, name: string): Promise<Buffer> {
  const text = value.trim()
  if (!text.startsWith('@')) return requireKey(text, name, 'it is neither hexadecimal nor base64 of 32 bytes')
  const path = text.slice(1)
  // A path is named in messages; a key never is.
  if (parseStorageKey(path) !== undefined) throw keyInvalid(name, 'a key follows the @, where a path is expected')
  const content = await readMounted(path, 4096)
  if (content === undefined) throw keyInvalid(name, `there is no file ${path}`)
  if (content === 'too-large') throw keyInvalid(name, `${path} is too large for a key`)
  return requireKey(content.toString('utf8').trim(), name, `${path} holds neither hexadecimal nor base64 of 32 bytes`)
}

function requireKey(text: string, name: string, why: string): Buffer {
  const key = parseStorageKey(text)
  if (key === undefined) throw keyInvalid(name, why)
  return key
}

/** @returns `undefined` for anything but exactly 32 bytes */
function parseStorageKey(text: string): Buffer | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex')
  if (!/^(?:[A-Za-z0-9+/]{43}|[A-Za-z0-9_-]{43})=?$/.test(text)) return undefined
  const key = Buffer.from(text, 'base64url')
  return key.length === KEY_BYTES ? key : undefined
}
