import assert from 'node:assert/strict'
import {readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'

import type {StoredSession} from '../../../src/model.ts'
import {commit} from '../../../src/store/commit.ts'
import {openDraft} from '../../../src/files/durable-write.ts'
import {recordName, sessionFolder} from '../../../src/files/layout.ts'
import {saveRecord} from '../../../src/store/sealed/save.ts'
import {bindingFor, newKeys, tokensFor} from '../../support/sessions.ts'
import {tempHome} from '../../support/temp-home.ts'

describe('a sign-out between the two looks of a save', () => {
  it('row 69: tells a saver that its record was seen and buried before it could look again', async () => {
    await using home = await tempHome()
    const store = await commit(home.place, 'key', bindingFor(), {kind: 'oauth', tokens: tokensFor('1')}, newKeys())
    const folder = sessionFolder(home.homeDir, store.sessionId)
    const first = await store.read()
    assert.ok(first)
    await store.save(first.generation, tokensFor('2'))
    const second = await store.read()
    assert.ok(second)
    const file = join(folder, recordName(2))
    const content = await readFile(file)
    await rm(file)
    const draft = await openDraft(folder, 0)
    let forgotten: StoredSession | undefined
    const saved = await saveRecord(
      {homeDir: home.homeDir, sessionId: store.sessionId},
      first.generation,
      {sequence: 2, digest: second.generation.digest, content},
      {
        ...draft,
        async publishNew(name, bytes) {
          const isPublished = await draft.publishNew(name, bytes)
          forgotten = await store.forget()
          return isPublished
        },
      },
    )
    assert.deepEqual(saved, {outcome: 'signed-out', buried: true})
    assert.deepEqual(
      forgotten?.credential,
      {kind: 'oauth', tokens: tokensFor('2')},
      'the sign-out has the new tokens, and revokes them',
    )
    assert.equal(await store.read(), undefined)
  })
})
