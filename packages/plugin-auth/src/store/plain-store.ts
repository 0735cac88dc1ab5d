import {dirname} from 'node:path'

import type {Binding, Credential, Generation, SaveResult, SessionStore, Stored, Tokens} from '../model.ts'
import {readPlain} from './config-file.ts'
import {createFolder, openDraft, type Draft} from './durable-write.ts'
import {plainFile, plainSessionId, type Place} from './layout.ts'
import type {Defaults} from './plain-binding.ts'
import {headOfPlain, readIndexIfSound, storedIn} from './plain-contents.ts'
import {forgetPlain, type PlainSnapshot} from './plain-forget.ts'
import {savePlain} from './plain-save.ts'
import {cannotWrite} from './problems.ts'

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

  const read = async (): Promise<Stored | undefined> =>
    storedIn(await readPlain(place), kind, place, defaults, await readIndexIfSound(place))

  return {
    storage: 'file',
    sessionId,
    binding,
    place: path,
    head: async () => headOfPlain(await read()),
    read,

    async preflight() {
      await read()
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

    save(replaced: Generation, tokens: Tokens): Promise<SaveResult> {
      const draft = reserved
      reserved = undefined
      return savePlain(place, replaced, tokens, binding, draft)
    },

    forget: () => forgetPlain(place, kind, snapshot, read),

    handoff: async () => ({handle: {storage: 'file', homeDir: place.homeDir, sessionId, binding}}),
  }
}
