import {dirname} from 'node:path'

import type {Binding, Credential, Generation, SaveResult, SessionStore, StoredSession, Tokens} from '../../model.ts'
import type {Draft} from '../../files/durable-write.ts'
import {plainFile, plainSessionId, type Place} from '../../files/layout.ts'
import {cannotWrite} from '../../files/problems.ts'
import {readIndexIfSound} from '../profile-index/read.ts'
import type {Defaults} from './binding.ts'
import {readPlain} from './config-file.ts'
import {headOfPlain, storedIn} from './contents.ts'
import type {PlainSnapshot} from './forget.ts'
import type {PreviousContent} from './save.ts'

/** Room for the file with larger tokens than now. */
const RESERVE_BYTES = 256 * 1024

export interface PlainParts {
  readonly kind: Credential['kind']
  readonly binding: Binding
  readonly defaults: Defaults
  /** What was there when the store was found: forgetting needs it to spare a newer sign-in. */
  readonly snapshot?: PlainSnapshot
}

/** The store `file`: the incumbent's `config.json`, used in place. Each of its two kinds of credential is a store. */
export function plainStore(place: Place, parts: PlainParts): SessionStore {
  const {kind, binding, defaults, snapshot} = parts
  const sessionId = plainSessionId(place.profile)
  const path = plainFile(place)
  let reserved: Draft | undefined
  let seen: PreviousContent | undefined

  const look = async () => {
    const document = await readPlain(place)
    return {document, found: await storedIn(document, kind, place, defaults, await readIndexIfSound(place))}
  }

  const read = async (): Promise<StoredSession | undefined> => (await look()).found?.stored

  return {
    storage: 'file',
    sessionId,
    binding,
    place: path,
    head: async () => headOfPlain((await look()).found),
    read,

    async preflight() {
      // The code that saves is loaded before a token is spent, too: an update may replace its files meanwhile.
      const [{createFolder, openDraft}] = await Promise.all([
        import('../../files/durable-write.ts'),
        import('./save.ts'),
      ])
      const {document, found} = await look()
      seen = document.section.auth && found && {auth: document.section.auth, generation: found.stored.generation}
      const folder = dirname(path)
      await createFolder(folder, place.homeDir, 'refresh')
      const draft = await openDraft(folder, RESERVE_BYTES).catch((error: unknown) => {
        throw cannotWrite(error, folder, 'refresh')
      })
      reserved = draft
      return {
        async [Symbol.asyncDispose]() {
          reserved = undefined
          await draft[Symbol.asyncDispose]()
        },
      }
    },

    async save(replaced: Generation, tokens: Tokens): Promise<SaveResult> {
      const draft = reserved
      reserved = undefined
      const {savePlain} = await import('./save.ts')
      return savePlain(place, replaced, {tokens, binding}, {reserved: draft, seen})
    },

    async forget() {
      const {forgetPlain} = await import('./forget.ts')
      return forgetPlain(place, kind, snapshot, read)
    },

    handoff: async () => ({handle: {storage: 'file', homeDir: place.homeDir, sessionId, binding}}),
  }
}
