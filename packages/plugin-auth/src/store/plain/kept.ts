import {randomBytes} from 'node:crypto'
import {join} from 'node:path'

import {digestOf} from '../../token-digest.ts'
import {openDraft, unlinkIfThere} from '../../files/durable-write.ts'
import {decrypt, deriveKey, encrypt, IV_BYTES, SALT_BYTES, TAG_BYTES} from '../../files/encryption.ts'
import {refugeFolders, saveInRefuge} from '../../files/refuge.ts'
import {readSafely} from '../../files/safe-read.ts'
import type {PlainAuth} from './config-file.ts'

/**
 * Tokens that could not be written into the plain-text file after the old ones were spent (row 58). They are sealed
 * under those old ones, which the file still holds: who can read the file can open them, and nobody else; and once the
 * file holds anything else (a newer session of another program, none after a sign-out) they are worth nothing.
 *
 * One file per session of the plain-text file, named after it: format byte, salt, IV, ciphertext, tag.
 */
const FOLDER = 'config'
const FORMAT = Buffer.of(1)
const HEAD_BYTES = FORMAT.length + SALT_BYTES + IV_BYTES

export interface KeptSession {
  readonly auth: PlainAuth
  /** Where it lies. */
  readonly folder: string
}

/** @returns the session that replaced `replaced` and is kept in the refuge, if there is one */
export async function findKept(replaced: PlainAuth): Promise<KeptSession | undefined> {
  for (const folder of await refugeFolders(FOLDER)) {
    const auth = unsealed(await readSafely(join(folder, nameFor(replaced))), replaced)
    if (auth !== undefined) return {auth, folder}
  }

  return undefined
}

function unsealed(bytes: Awaited<ReturnType<typeof readSafely>>, replaced: PlainAuth): PlainAuth | undefined {
  if (!Buffer.isBuffer(bytes) || bytes.length <= HEAD_BYTES + TAG_BYTES) return undefined
  if (!bytes.subarray(0, FORMAT.length).equals(FORMAT)) return undefined
  const plain = decrypt(sealingOf(replaced, bytes.subarray(0, HEAD_BYTES)), bytes.subarray(HEAD_BYTES))
  return plain && (JSON.parse(plain.toString('utf8')) as PlainAuth)
}

/** @throws Problem STORE_UNSAFE (74), errors of the file system */
export async function keep(replaced: PlainAuth, auth: PlainAuth): Promise<void> {
  const head = Buffer.concat([FORMAT, randomBytes(SALT_BYTES), randomBytes(IV_BYTES)])
  const body = encrypt(sealingOf(replaced, head), Buffer.from(JSON.stringify(auth), 'utf8'))
  await saveInRefuge(FOLDER, async (folder) => {
    await using draft = await openDraft(folder, 0)
    await draft.replace(nameFor(replaced), Buffer.concat([head, body]))
  })
}

/** What was kept for it is at home by now, or nobody's any more. */
export async function dropKept(replaced: PlainAuth): Promise<void> {
  for (const folder of await refugeFolders(FOLDER)) await unlinkIfThere(join(folder, nameFor(replaced)))
}

/** Both of its tokens, for the refresh token alone may stay the same when it is used. */
function secretsOf({accessToken, refreshToken}: PlainAuth): string {
  return JSON.stringify([accessToken, refreshToken])
}

function nameFor(replaced: PlainAuth): string {
  return digestOf(`superset kept file\0${secretsOf(replaced)}`).slice(0, 32)
}

function sealingOf(replaced: PlainAuth, head: Buffer) {
  const salt = head.subarray(FORMAT.length, FORMAT.length + SALT_BYTES)
  const key = deriveKey(Buffer.from(secretsOf(replaced), 'utf8'), salt, 'superset kept session 1')
  return {key, iv: head.subarray(FORMAT.length + SALT_BYTES), aad: head}
}
