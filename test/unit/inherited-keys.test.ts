import assert from 'node:assert/strict'
import {isProblem} from '@superset/identity'
import {readFile, writeFile} from 'node:fs/promises'
import {storedCandidates} from '../../packages/plugin-auth/src/store/catalog.ts'
import {commit} from '../../packages/plugin-auth/src/store/commit.ts'
import {plainFile} from '../../packages/plugin-auth/src/files/layout.ts'
import {readOrganization, writeOrganization} from '../../packages/plugin-auth/src/store/organization.ts'
import {bindingFor, DEFAULTS, newKeys} from '../../packages/plugin-auth/test/support/sessions.ts'
import {tempHome} from '../../packages/plugin-auth/test/support/temp-home.ts'
import {checkGlobal, checkProfile} from '../../src/configuration/settings.ts'
import {parsePolicy} from '../../src/policy/schema.ts'
import {listedIn} from '../../src/plugins/plugin-list.ts'
import {faultOfCommand} from '../../src/plugins/sound-manifest.ts'

const KEYS = ['__proto__', 'constructor', 'hasOwnProperty', 'isPrototypeOf', 'prototype', 'toString', 'valueOf']

/** As a parser makes it: a key of its own, whatever its name. */
const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>

describe('what every object inherits is a key like any other', () => {
  const inherited = Reflect.ownKeys(Object.prototype).length
  afterEach(() => assert.equal(Reflect.ownKeys(Object.prototype).length, inherited))

  for (const key of KEYS) {
    it(`${key}: no setting, no key of the policy, and nothing of a plugin`, () => {
      const refused = {exit: 78}
      assert.throws(() => checkGlobal(parsed(`{"${key}": "work"}`), 'f'), refused)
      assert.throws(() => checkProfile(parsed(`{"${key}": "user"}`), 'f'), refused)
      assert.throws(() => parsePolicy(`{"${key}": {"plugin": "x"}}`, 'f'), refused)
      assert.throws(() => parsePolicy(`{"login": {"${key}": "https://x.test"}}`, 'f'), refused)
      assert.deepEqual(listedIn(parsed(`{"${key}": {"plugins": ["x"]}}`)), [])
      assert.equal(faultOfCommand(parsed(`{"${key}": {"id": "x"}}`)), 'id is missing')
      assert.equal(faultOfCommand(parsed(`{"id": "x", "flags": {"${key}": 5}}`)) === undefined, false)
    })

    it(`${key}: a profile of that name has what is stored for it, and nothing else`, async () => {
      await using home = await tempHome(key)
      const keys = newKeys()
      try {
        await commit(home.place, 'file', bindingFor(key), {kind: 'api-key', apiKey: 'secret'}, keys)
      } catch (error) {
        if (!isProblem(error)) throw error
        return
      }

      const [found] = await storedCandidates(home.place, keys, DEFAULTS)
      assert.deepEqual((await found?.store.read())?.credential, {kind: 'api-key', apiKey: 'secret'})
      await writeOrganization(home.place, 'org')
      assert.equal(await readOrganization(home.place), 'org')
      const file = plainFile(home.place)
      await writeFile(file, (await readFile(file, 'utf8')).replace('{', `{"${key}": {"mine": [1]},`))
      await writeOrganization(home.place, 'other')
      assert.ok((await readFile(file, 'utf8')).replaceAll(/\s/g, '').includes(`"${key}":{"mine":[1]}`), 'kept')
      assert.deepEqual(await storedCandidates({...home.place, profile: `${key}2`}, keys, DEFAULTS), [])
      await found?.store.forget()
      assert.deepEqual(await storedCandidates(home.place, keys, DEFAULTS), [])
    })
  }
})
