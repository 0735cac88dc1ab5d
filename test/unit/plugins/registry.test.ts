import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import nock from 'nock'
import {openRegistry, type Registry} from '../../../src/plugins/registry.ts'
import {withoutNetwork} from '../../support/without-network.ts'

const ADDRESS = 'https://registry.example.test'
const VERSION = {name: 'left', version: '1.0.0', dist: {tarball: `${ADDRESS}/left/-/left-1.0.0.tgz`}}

/** What no registry gives that keeps the protocol; what one gives that does is tried with real ones. */
describe('a registry that answers oddly', () => {
  let folder: string
  let registry: Registry
  withoutNetwork()
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'registry-'))
    registry = await openRegistry({cwd: folder, environment: {HOME: folder}, registry: ADDRESS})
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  const left = () => registry.published('left', '1.0.0')

  it('is asked once for a package, and its answer is read', async () => {
    nock(ADDRESS)
      .get('/left')
      .reply(200, {name: 'left', versions: {'1.0.0': VERSION}})
    assert.deepEqual(await left(), {name: 'left', version: '1.0.0', signatures: [], tarball: VERSION.dist.tarball})
    assert.equal((await left()).version, '1.0.0')
  })

  it('keeps of the signatures those that are some', async () => {
    const signatures = [{keyid: 'k', sig: 's'}, {keyid: 'k'}, null, 'k', {keyid: 1, sig: 's'}]
    nock(ADDRESS)
      .get('/left')
      .reply(200, {versions: {'1.0.0': {...VERSION, dist: {signatures}}}})
    assert.deepEqual((await left()).signatures, [{keyid: 'k', sig: 's'}])
  })

  for (const [name, body] of Object.entries({
    'another version under this number': {versions: {'1.0.0': {...VERSION, version: '1.0.1'}}},
    'another package under this name': {versions: {'1.0.0': {...VERSION, name: 'right'}}},
    'no such version': {versions: {}},
    'a list of versions that is none': {versions: 'many'},
  })) {
    it(`is not believed: ${name}`, async () => {
      nock(ADDRESS).get('/left').reply(200, body)
      await assert.rejects(left(), {message: /left@1\.0\.0 is not in the registry/})
    })
  }

  it('is asked for attestations itself, wherever its answer points to', async () => {
    nock(ADDRESS).get('/-/npm/v1/attestations/left@1.0.0').reply(200, {attestations: []})
    const published = {name: 'left', version: '1.0.0', signatures: []}
    const attestations = 'https://elsewhere.example.test/-/npm/v1/attestations/left@1.0.0'
    assert.deepEqual(await registry.attestations({...published, attestations}), {attestations: []})
  })
})
