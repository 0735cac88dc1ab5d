import assert from 'node:assert/strict'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'

import {signOut} from '../../src/provider/sign-out.ts'
import {Workspace} from '../../src/provider/workspace.ts'
import {commit} from '../../src/store/commit.ts'
import {indexFile, plainFile} from '../../src/files/layout.ts'
import {storedProfiles} from '../../src/store/profiles.ts'
import {writeOrganization} from '../../src/store/organization.ts'
import {bindingFor, newKeys, tokensFor} from '../support/sessions.ts'
import {tempHome, type TempHome} from '../support/temp-home.ts'

const LONG = 'W'.repeat(64)

describe('the profiles that something is stored for', () => {
  let home: TempHome
  const keys = newKeys()
  beforeEach(async () => {
    home = await tempHome()
  })
  afterEach(() => home[Symbol.asyncDispose]())

  const place = (profile: string) => ({homeDir: home.homeDir, profile})
  const store = (profile: string, storage: 'file' | 'key') =>
    commit(place(profile), storage, bindingFor(profile), {kind: 'oauth', tokens: tokensFor(profile)}, keys)

  it('are none in a new home', async () => assert.deepEqual(await storedProfiles(home.homeDir), []))

  it('are found in every storage without its key, whatever their names', async () => {
    await store('default', 'file')
    await store('work', 'file')
    await store('Work', 'key')
    await store(LONG, 'key')
    assert.deepEqual(await storedProfiles(home.homeDir), [LONG, 'Work', 'default', 'work'].toSorted())
  })

  it('are those with a credential: neither an organization nor the index of a lost one makes one', async () => {
    await store('work', 'file')
    await store('default', 'file')
    await writeOrganization(place('other'), 'org-1')
    await rm(plainFile(place('default')))
    assert.deepEqual(await storedProfiles(home.homeDir), ['work'])
  })

  it('are still found beside what cannot be read', async () => {
    await store('work', 'key')
    await mkdir(dirname(indexFile(place('torn'))), {recursive: true})
    await writeFile(indexFile(place('torn')), '{', {mode: 0o600})
    await writeFile(plainFile(place('work')), 'rubbish', {mode: 0o600})
    assert.deepEqual(await storedProfiles(home.homeDir), ['torn', 'work'])
  })

  it('keep their organization when signed out, and lose it when forgotten', async () => {
    await store('work', 'file')
    await writeOrganization(place('work'), 'org-1')
    const workspace = new Workspace({
      bin: 'superset',
      version: '0.1.0',
      homeDir: home.homeDir,
      profile: 'work',
      apiUrl: {value: 'https://api.superset.test', source: 'default'},
      defaultApiUrl: 'https://api.superset.test',
      webUrl: {value: 'https://app.superset.test', source: 'default'},
      clientId: {value: 'superset-cli', source: 'default'},
      secrets: {},
      interactive: false,
      agentMode: false,
      tell: () => undefined,
    })
    for (const {store: one} of await workspace.stored()) await one.forget()
    await signOut(workspace, {})
    assert.equal((await workspace.organization())?.value, 'org-1')
    await signOut(workspace, {forget: true})
    assert.equal(await workspace.organization(), undefined)
  })
})
