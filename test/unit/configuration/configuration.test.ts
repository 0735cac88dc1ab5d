import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Configuration} from '../../../src/configuration/configuration.ts'
import {skip} from '../../support/skip.ts'

describe('the configuration', () => {
  let home: string
  let configuration: Configuration
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'configuration-'))
    configuration = new Configuration(home)
  })
  afterEach(() => rmSync(home, {recursive: true}))

  it('is empty where nothing was saved, and reading it makes no file', () => {
    assert.deepEqual(
      [configuration.global(), configuration.profile('work'), configuration.profileNames()],
      [{}, {}, []],
    )
    assert.throws(() => statSync(path.join(home, 'cli')), {code: 'ENOENT'})
  })

  it('keeps what a change does not name, and removes what it sets to undefined', () => {
    configuration.saveGlobal({profile: 'work', identity: '@acme/sso'})
    configuration.saveGlobal({identity: undefined})
    assert.deepEqual(configuration.global(), {profile: 'work'})
    configuration.saveProfile('work', {issuer: 'https://id.test', clientId: 'cli'})
    configuration.saveProfile('work', {clientId: 'other', scopeOnRefresh: true})
    const saved = {issuer: 'https://id.test', clientId: 'other', scopeOnRefresh: true}
    assert.deepEqual(new Configuration(home).profile('work'), saved)
    assert.equal(statSync(configuration.profileFile('work')).mode & 0o777, 0o600)
  })

  it('has one file for each profile, whatever its name', () => {
    const names = ['Work', 'work', 'a.b', 'x-y_z']
    for (const name of names) configuration.saveProfile(name, {clientId: name})
    assert.deepEqual(configuration.profileNames(), names.toSorted())
    assert.equal(configuration.profile('Work').clientId, 'Work')
    configuration.forgetProfile('Work')
    assert.deepEqual([configuration.profile('Work'), configuration.profile('work').clientId], [{}, 'work'])
  })

  for (const [content, complaint] of [
    ['{', /is not a JSON object/],
    ['[]', /is not a JSON object/],
    ['{"issuer": "http://id.test"}', /issuer must use https/],
    ['{"apiUrl": "https://api.test/v1"}', /apiUrl must be an origin/],
    ['{"replaypolicy": "user"}', /replaypolicy is not a setting/],
    ...['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'].map(
      (key) => [`{"${key}": "user"}`, new RegExp(`: ${key} is not a setting`)] as const,
    ),
    [String.raw`{"\ud800": 1}`, /half a character/],
    ['{"a/b c~%20": 1}', /: a\/b c~%20 is not a setting/],
    ['{"replayPolicy": "sometimes"}', /replayPolicy must be one of/],
    ['{"replayPolicy": {"graceMs": -1}}', /must have graceMs/],
    ['{"redirectPorts": [0]}', /redirectPorts must be a list of port numbers/],
    ['{"authorizeParameters": {"a": 1}}', /must be an object of texts/],
    ['{"workload": {"from": "env:"}}', /must have `from`/],
    ['{"identity": "../evil"}', /identity must be a package name/],
    ['{"scopeOnRefresh": "yes"}', /must be true or false/],
  ] as const) {
    it(`refuses ${content}, and changes nothing`, () => {
      const file = configuration.profileFile('work')
      mkdirSync(path.dirname(file), {recursive: true})
      writeFileSync(file, content, {mode: 0o600})
      for (const act of [
        () => configuration.profile('work'),
        () => configuration.saveProfile('work', {clientId: 'c'}),
      ]) {
        assert.throws(act, (error: Error) => complaint.test(error.message) && Reflect.get(error, 'exit') === 78)
      }

      assert.equal(readFileSync(file, 'utf8'), content)
    })
  }

  it('refuses a file that others can write: it says where credentials go', () => {
    configuration.saveProfile('work', {clientId: 'c'})
    chmodSync(configuration.profileFile('work'), 0o666)
    assert.throws(() => configuration.profile('work'), {code: 'CONFIG_UNSAFE', exit: 78})
  })

  it('row 118: a FIFO or a folder in the place of a file is told, and hangs nothing', () => {
    const file = configuration.profileFile('work')
    mkdirSync(path.dirname(file), {recursive: true})
    execFileSync('mkfifo', ['-m', '600', file])
    assert.throws(() => configuration.profile('work'), {code: 'CONFIG_INVALID', exit: 78})
    rmSync(file)
    mkdirSync(file)
    assert.throws(() => configuration.profile('work'), {code: 'CONFIG_INVALID', exit: 78})
  })

  it('row 108: a file of another user names its owner and the command that gives it back', function () {
    if (process.getuid?.() !== 0) skip(this, 'only root can give files to another user')
    configuration.saveProfile('work', {clientId: 'c'})
    chownSync(configuration.profileFile('work'), 12_345, 12_345)
    assert.throws(
      () => configuration.profile('work'),
      (error: Error & {suggestions?: readonly string[]}) =>
        error.message.endsWith('belongs to another user (uid 12345).') &&
        /`sudo chown -R 0 \//.test(error.suggestions?.join() ?? ''),
    )
  })

  it("row 107: as root, writes no settings into another user's home", function () {
    if (process.getuid?.() !== 0) skip(this, 'only root can be root in the home of another user')
    chownSync(home, 12_345, 12_345)
    assert.throws(() => configuration.saveGlobal({profile: 'work'}), {code: 'STORE_FOREIGN_HOME', exit: 78})
    assert.throws(() => configuration.saveProfile('work', {clientId: 'c'}), {code: 'STORE_FOREIGN_HOME', exit: 78})
    assert.deepEqual(readdirSync(home), [])
  })

  it('saves nothing that it would not read', () => {
    configuration.saveProfile('work', {clientId: 'c'})
    assert.throws(() => configuration.saveProfile('work', {redirectPorts: [99_999]}), {code: 'CONFIG_INVALID'})
    assert.deepEqual(configuration.profile('work'), {clientId: 'c'})
  })

  it('says that it cannot be written, and leaves no draft behind', () => {
    writeFileSync(path.join(home, 'cli'), 'a file where the folder belongs')
    assert.throws(() => configuration.saveGlobal({profile: 'work'}), {code: 'STORE_SETTINGS', exit: 74})
  })
})
