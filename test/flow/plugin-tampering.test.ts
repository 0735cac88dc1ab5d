import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {few} from '../support/matrix.ts'
import {attacksOnContents} from './plugin-attacks-on-contents.ts'
import {attacksOnPaths} from './plugin-attacks-on-paths.ts'
import {HELLO, PluginStage} from './plugin-stage.ts'

const INSTALL = ['plugins', 'install', HELLO]

describe('plugins that somebody has tampered with', () => {
  let stage: PluginStage
  before(async () => {
    stage = await PluginStage.create()
  })
  after(async () => {
    await stage[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await stage.runs.clear()
    stage.registry.alter = () => undefined
    stage.registry.answers.clear()
    stage.registry.unpublish()
    await stage.offer()
    stage.registry.asked.length = 0
  })
  afterEach(async () => rm(stage.mark, {force: true}))

  it('are none of those that are in order: signed, proven, old enough, and without scripts', async () => {
    assert.equal(await stage.runs.run(INSTALL, stage.strict()), undefined)
    assert.equal(stage.runs.isInstalled(HELLO), true)
    assert.equal(existsSync(stage.mark), false)
  })

  const attacks = [...attacksOnContents(), ...attacksOnPaths()]
  for (const {asksNothing, by, code, installed, key, policy, prepare, run = INSTALL} of few(
    attacks,
    ({asksNothing: isCheap = false, first = false}) => isCheap || first,
  )) {
    it(`do not come in by ${by}`, async () => {
      const {runs} = stage
      const plugins = policy === null ? undefined : (policy?.(stage) ?? stage.strict())
      if (installed) assert.equal(await runs.run(INSTALL, plugins), undefined)
      stage.registry.asked.length = 0
      await prepare?.(stage)
      const args = run.map((word) => word.replace('<tarball>', path.join(runs.folder, 'evil.tgz')))
      const refused = await runs.run(args, plugins)
      assert.equal(refused?.code, code, refused?.message)
      if (key !== undefined) assert.ok(refused.message.includes(`policy.json: ${key}`), refused.message)
      assert.equal(existsSync(stage.mark), false, 'its code ran')
      assert.equal(runs.isInstalled(HELLO), installed === true, 'what was there has changed')
      assert.equal(runs.isInstalled('evil-dependency'), false)
      if (asksNothing) assert.deepEqual(stage.registry.asked, [])
      if (code === 'PLUGIN_NOT_FOUND') assert.deepEqual([...new Set(stage.registry.asked)], ['@superset/plugin-hello'])
      assert.equal(existsSync(`${runs.dataDir}.staging`), false, 'the stage is left behind')
    })
  }

  it('are not looked for where an .npmrc of the working directory says', async () => {
    const before = process.cwd()
    const project = path.join(stage.runs.folder, 'project')
    await mkdir(project)
    process.chdir(project)
    try {
      await writeFile(
        '.npmrc',
        'registry=http://127.0.0.1:9/\n@acme:registry=http://127.0.0.1:9/\nignore-scripts=false\n',
      )
      assert.equal(await stage.runs.run(INSTALL), undefined)
    } finally {
      process.chdir(before)
    }

    assert.equal(stage.runs.isInstalled(HELLO), true)
    assert.equal(existsSync(stage.mark), false)
  })

  it('run their scripts only where that is asked for', async () => {
    assert.equal(await stage.runs.run([...INSTALL, '--allow-scripts']), undefined)
    assert.equal(existsSync(stage.mark), true)
  })
})
