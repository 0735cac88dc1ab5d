import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {checkChoosable, checkPinned} from '../../../src/policy/pinned-identity.ts'

const FILE = '/etc/superset/policy.json'
const sso = {name: '@acme/sso', version: '1.4.2', root: '/home/ada/sso'}

describe('an identity plugin that the policy pins', () => {
  for (const version of ['1.4.2', '^1.2.0', '>=1']) {
    it(`in version ${version} may be 1.4.2`, () =>
      checkPinned(sso, {file: FILE, identity: {plugin: sso.name, version}}))
  }

  for (const version of ['1.4.1', '^2', 'rubbish', '']) {
    const refuses = version !== ''
    it(`in version ${JSON.stringify(version)} may ${refuses ? 'not ' : ''}be 1.4.2`, async () => {
      const checked = checkPinned(sso, {file: FILE, identity: {plugin: sso.name, version}})
      if (!refuses) return checked
      await assert.rejects(checked, (error: {message: string}) => {
        assert.deepEqual([Reflect.get(error, 'code'), Reflect.get(error, 'exit')], ['POLICY_IDENTITY', 77])
        assert.match(
          error.message,
          /@acme\/sso is here in version 1\.4\.2.*\/etc\/superset\/policy\.json: identity\.version/,
        )
        return true
      })
    })
  }

  it('without a version that can be read is refused where one is asked for', () =>
    assert.rejects(checkPinned({...sso, version: 'x'}, {file: FILE, identity: {plugin: sso.name, version: '*'}}), {
      exit: 77,
    }))

  it('may be whatever it is where nothing is pinned, or another plugin', async () => {
    await checkPinned(sso, undefined)
    await checkPinned(sso, {file: FILE})
    await checkPinned(sso, {file: FILE, identity: {plugin: '@acme/other', version: '^9', site: '/nowhere'}})
  })

  it("is taken from the site's folder, and from no other", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'site-'))
    try {
      const root = path.join(folder, 'node_modules/@acme/sso')
      mkdirSync(root, {recursive: true})
      const policy = {file: FILE, identity: {plugin: sso.name, site: folder}}
      await checkPinned({...sso, root}, policy)
      symlinkSync(root, path.join(folder, 'link'))
      await checkPinned({...sso, root: path.join(folder, 'link')}, policy)
      await assert.rejects(checkPinned(sso, policy), {exit: 77, message: /identity\.site/})
      await assert.rejects(checkPinned({...sso, root: folder}, policy), {exit: 77})
    } finally {
      rmSync(folder, {recursive: true})
    }
  })

  it('is not one that the user installed or linked under its name', async () => {
    const policy = {file: FILE, identity: {plugin: sso.name}}
    await checkPinned({...sso, type: 'core'}, policy)
    for (const type of ['user', 'link'])
      await assert.rejects(checkPinned({...sso, type}, policy), {exit: 77, message: /identity\.plugin\)/})
  })

  it('is the only one that can be chosen, with the file and the key that say so', () => {
    const policy = {file: FILE, identity: {plugin: '@acme/sso'}}
    checkChoosable('@acme/sso', policy)
    checkChoosable('@acme/other', {file: FILE})
    checkChoosable('@acme/other', undefined)
    assert.throws(() => checkChoosable('@acme/other', policy), {
      code: 'POLICY_IDENTITY',
      exit: 77,
      message: '@acme/sso is the identity plugin of this machine (policy /etc/superset/policy.json: identity.plugin).',
    })
  })
})
