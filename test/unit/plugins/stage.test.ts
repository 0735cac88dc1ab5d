import assert from 'node:assert/strict'
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {readListed} from '../../../src/plugins/plugin-list.ts'
import {removeAll, removePlugins} from '../../../src/plugins/remove.ts'
import {Stage} from '../../../src/plugins/stage.ts'
import {skip} from '../../support/skip.ts'

const NOBODY = 65_534

describe('the folder in which plugins are put together', () => {
  let folder: string
  let data: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'stage-'))
    data = path.join(folder, 'superset')
    mkdirSync(path.join(data, 'node_modules/@acme/old'), {recursive: true})
    const plugins = [{name: '@acme/old', type: 'user', tag: 'latest'}]
    writeFileSync(
      path.join(data, 'package.json'),
      JSON.stringify({dependencies: {'@acme/old': '1.0.0'}, oclif: {plugins}}),
    )
  })
  afterEach(() => rmSync(folder, {recursive: true}))

  const names = (): string[] => readListed(data).map(({name}) => name)

  it('takes the place of what was there at once, or leaves no trace', () => {
    {
      using stage = Stage.open(data)
      stage.list({name: '@acme/new', type: 'user', tag: 'latest'})
      mkdirSync(path.join(stage.folder, 'node_modules/@acme/new'), {recursive: true})
    }

    assert.deepEqual([names(), existsSync(`${data}.staging`)], [['@acme/old'], false])
    {
      using stage = Stage.open(data)
      stage.list({name: '@acme/new', type: 'user', tag: 'latest'})
      mkdirSync(path.join(stage.folder, 'node_modules/@acme/new'), {recursive: true})
      stage.commit()
    }

    assert.deepEqual(names(), ['@acme/old', '@acme/new'])
    assert.equal(existsSync(path.join(data, 'node_modules/@acme/old')), false)
    assert.equal(existsSync(path.join(data, 'node_modules/@acme/new')), true)
  })

  it('is one run alone: a second one is told to wait', () => {
    using _stage = Stage.open(data)
    assert.throws(() => Stage.open(data), {code: 'PLUGIN_BUSY', exit: 75, retryable: true})
  })

  it('row 107: is never made by root in the home of another user', function () {
    if (process.geteuid?.() !== 0) skip(this, 'only root can write there')
    const before = readdirSync(folder, {recursive: true})
    chownSync(data, NOBODY, NOBODY)
    for (const change of [() => Stage.open(data), () => removePlugins(['@acme/old'], data), () => removeAll(data)])
      assert.throws(change, {code: 'STORE_FOREIGN_HOME', exit: 78})
    assert.deepEqual(readdirSync(folder, {recursive: true}), before)
  })

  it('that a killed run left behind is taken over', () => {
    const {pid} = spawnSync(process.execPath, ['-e', ''])
    mkdirSync(`${data}.staging`)
    writeFileSync(path.join(`${data}.staging`, 'pid'), String(pid))
    writeFileSync(path.join(`${data}.staging`, 'package-lock.json'), '{"packages": {}}')
    using stage = Stage.open(data)
    assert.equal(existsSync(path.join(stage.folder, 'package-lock.json')), false)
  })

  it('is not kept by a process that bears the number of a dead one', () => {
    mkdirSync(`${data}.staging`)
    writeFileSync(path.join(`${data}.staging`, 'pid'), String(process.pid))
    using stage = Stage.open(data)
    assert.ok(existsSync(stage.folder))
  })

  it('is free again as soon as its holder is dead, however it died', async () => {
    const code = `
      const {Stage} = await import(process.argv[1])
      globalThis.stage = Stage.open(process.argv[2])
      console.log('held')
      setInterval(() => undefined, 1000)`
    const file = new URL('../../../src/plugins/stage.ts', import.meta.url).href
    const holder = spawn(process.execPath, ['--input-type=module', '-e', code, file, data], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    assert.throws(() => Stage.open(data), {code: 'PLUGIN_BUSY'})
    holder.kill('SIGKILL')
    await once(holder, 'close')
    using stage = Stage.open(data)
    assert.deepEqual(readdirSync(folder), ['superset', 'superset.lock', path.basename(stage.folder)])
  })

  it('gives back what a run had put aside that died between two steps of its commit', () => {
    mkdirSync(`${data}.staging-dead`)
    renameSync(path.join(data, 'node_modules'), path.join(`${data}.staging-dead`, 'before'))
    {
      using _stage = Stage.open(data)
    }

    assert.equal(existsSync(path.join(data, 'node_modules/@acme/old')), true)
  })

  it('says where plugins are kept when nothing can be written there', () => {
    writeFileSync(path.join(folder, 'file'), '')
    const place = path.join(folder, 'file/superset')
    const message = `Plugins are kept in ${place}, which cannot be written (ENOTDIR).`
    assert.throws(() => Stage.open(place), {code: 'PLUGIN_FOLDER', exit: 78, message})
  })

  it('takes everything away, also a list that cannot be read', () => {
    writeFileSync(path.join(data, 'package.json'), '{"oclif":')
    removeAll(data)
    assert.deepEqual([names(), existsSync(path.join(data, 'node_modules'))], [[], false])
  })

  it('is not made of a list that cannot be read: it would be forgotten', () => {
    const file = path.join(data, 'package.json')
    writeFileSync(file, '{"oclif":')
    assert.throws(() => Stage.open(data), {code: 'PLUGIN_LIST_DAMAGED', exit: 78})
    assert.equal(readFileSync(file, 'utf8'), '{"oclif":')
  })

  it('links to the settings of npm, and copies none: they may hold tokens', () => {
    writeFileSync(path.join(data, '.npmrc'), '//npm.acme.example/:_authToken=secret\n')
    using stage = Stage.open(data)
    rmSync(path.join(data, '.npmrc'))
    assert.equal(existsSync(path.join(stage.folder, '.npmrc')), false)
  })

  it('lets a plugin go without npm, and keeps the others', () => {
    {
      using stage = Stage.open(data)
      stage.list({name: '@acme/other', type: 'user', url: 'file:/x.tgz'})
      stage.commitList()
    }

    assert.deepEqual(
      removePlugins(['@acme/old'], data).map(({name}) => name),
      ['@acme/old'],
    )
    assert.deepEqual([names(), existsSync(path.join(data, 'node_modules/@acme/old'))], [['@acme/other'], false])
  })
})
