import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {readChoices, saveChoice} from '../../../src/plugin-host/identity-choice.ts'
import {chooseIdentity} from '../../../src/identity/choose.ts'
import {loadPolicy} from '../../../src/policy/current.ts'

const BUNDLED = '@superset/plugin-auth'

describe('the choice of an identity plugin', () => {
  let home: string
  before(() => loadPolicy('/nonexistent/superset/policy.json'))
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'choices-'))
    process.env['SUPERSET_HOME_DIR'] = home
  })
  afterEach(async () => {
    for (const name of ['HOME_DIR', 'IDENTITY', 'PROFILE', 'API_URL']) delete process.env[`SUPERSET_${name}`]
    await rm(home, {recursive: true})
  })

  const chosen = (profile?: string) => chooseIdentity(readChoices(profile === undefined ? {} : {profile}, undefined))

  it('is saved for all profiles, or for one, and taken back', () => {
    assert.deepEqual(saveChoice('@acme/all', undefined), {inForce: {plugin: '@acme/all', source: 'config'}})
    assert.deepEqual(saveChoice('@acme/work', 'work'), {inForce: {plugin: '@acme/work', source: 'profile'}})
    assert.deepEqual(chosen(), {plugin: '@acme/all', source: 'config'})
    assert.deepEqual(chosen('work'), {plugin: '@acme/work', source: 'profile'})
    const back = {before: '@acme/work', inForce: {plugin: '@acme/all', source: 'config'}}
    assert.deepEqual(saveChoice(undefined, 'work'), back)
    saveChoice(undefined, undefined)
    assert.deepEqual(chosen('work'), {plugin: BUNDLED, source: 'default'})
  })

  it('that was never made is taken back without a trace', () => {
    assert.deepEqual(saveChoice(undefined, 'never'), {inForce: {plugin: BUNDLED, source: 'default'}})
    saveChoice(undefined, undefined)
    assert.deepEqual(readdirSync(home), [])
  })

  it('is saved, and who wins over it is named', () => {
    saveChoice('@acme/work', 'work')
    process.env['SUPERSET_PROFILE'] = 'work'
    assert.match(
      saveChoice('@acme/all', undefined).note ?? '',
      /^Profile work has a choice of its own, @acme\/work.*`superset identity reset --profile work`/,
    )
    process.env['SUPERSET_IDENTITY'] = '@acme/env'
    assert.match(saveChoice('@acme/x', 'work').note ?? '', /^SUPERSET_IDENTITY names @acme\/env, and wins\.$/)
    const policy = {file: '/etc/policy.json', identity: {plugin: '@acme/policy'}}
    assert.match(
      saveChoice(undefined, undefined, policy).note ?? '',
      /@acme\/policy, and wins \(\/etc\/policy\.json: identity\.plugin\)/,
    )
  })

  it('is taken back whatever else the environment has', () => {
    saveChoice('@acme/all', undefined)
    process.env['SUPERSET_API_URL'] = 'rubbish'
    assert.deepEqual(saveChoice(undefined, undefined), {before: '@acme/all'})
  })

  it('is for a profile that can be one', () => {
    assert.throws(() => saveChoice('@acme/x', '../x'), {code: 'USAGE_PROFILE', exit: 2})
  })

  it('of the policy carries the file and the folder of the site', () => {
    const policy = {file: '/etc/policy.json', identity: {plugin: '@acme/policy', site: '/opt/acme'}}
    assert.deepEqual(chooseIdentity(readChoices({}, policy)), {
      ...{plugin: '@acme/policy', source: 'policy'},
      ...{file: '/etc/policy.json', site: '/opt/acme'},
    })
    assert.equal(chooseIdentity(readChoices({}, {file: '/etc/policy.json', identity: {version: '1'}})).plugin, BUNDLED)
  })
})
