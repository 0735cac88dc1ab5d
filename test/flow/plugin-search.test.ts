import assert from 'node:assert/strict'
import {rm} from 'node:fs/promises'
import {PluginRuns} from '../support/plugin-runs.ts'
import {Registry} from '../support/registry.ts'

const SEARCH = '-/v1/search'

describe('plugins search', () => {
  let registry: Registry
  let runs: PluginRuns
  let asked: URL | undefined
  before(async () => {
    registry = await Registry.start()
    runs = await PluginRuns.create(registry.url)
  })
  after(async () => {
    await runs[Symbol.asyncDispose]()
    await registry[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    asked = undefined
    runs.said = ''
    registry.instead.clear()
  })

  const found = (...packages: object[]) =>
    registry.instead.set(SEARCH, (response) => {
      asked = new URL(response.req.url ?? '', registry.url)
      const objects = packages.map((one) => ({package: one, score: {}}))
      response
        .writeHead(200, {'content-type': 'application/json'})
        .end(JSON.stringify({objects, total: objects.length}))
    })
  const plugin = (name: string, more: object = {}) => ({
    ...{name, version: '1.0.0', description: `\u001b[31m${name}`, date: '2026-01-02T03:04:05.000Z'},
    ...{keywords: ['superset-plugin'], ...more},
  })

  it('asks the registry in force for the keyword and the words, and shows what bears it', async () => {
    found(plugin('@acme/jira'), plugin('other', {keywords: ['jira']}), plugin('odd', {keywords: 'superset-plugin'}), {})
    const text = await runs.text(['plugins', 'search', 'jira', 'issues', '--limit', '7'])
    assert.match(text, /^@acme\/jira\t1\.0\.0\t2026-01-02T03:04:05\.000Z\t\ttrue\t[^\u001b]*@acme\/jira\n$/)
    const query = asked?.searchParams
    assert.deepEqual([query?.get('text'), query?.get('size')], ['keywords:superset-plugin jira issues', '7'])
    const rows = await runs.json<{name: string; installed: string | null}[]>(['plugins', 'search'])
    assert.deepEqual(
      rows.map(({installed, name}) => [name, installed]),
      [['@acme/jira', null]],
    )
  })

  it('says that nothing was found', async () => {
    found()
    assert.equal(await runs.text(['plugins', 'search', 'nope']), '')
    assert.equal(runs.said, 'There are no plugins with the keyword superset-plugin for nope.\n')
  })

  it('says which the policy allows, and asks no registry that it forbids', async () => {
    found(plugin('@acme/jira'), plugin('@evil/jira'))
    assert.equal(await runs.run(['plugins', 'search', '--json'], {allowed: [{name: '@acme/*'}]}), undefined)
    const rows = JSON.parse(runs.printed) as {name: string; allowed: boolean}[]
    assert.deepEqual(
      rows.map(({allowed, name}) => [name, allowed]),
      [
        ['@acme/jira', true],
        ['@evil/jira', false],
      ],
    )
    asked = undefined
    const refused = await runs.run(['plugins', 'search'], {registries: ['https://registry.acme.test/']})
    assert.deepEqual([refused?.code, asked], ['POLICY_REFUSED', undefined])
  })

  for (const [what, answer, code, exit] of [
    ['that cannot be searched', 404, 'PLUGIN_NO_SEARCH', 1],
    ['that refuses', 401, 'PLUGIN_REGISTRY_DENIED', 77],
    ['that fails', 503, 'PLUGIN_REGISTRY_UNREACHABLE', 75],
  ] as const)
    it(`tells of a registry ${what}`, async () => {
      registry.instead.set(SEARCH, (response) => void response.writeHead(answer).end('{}'))
      const problem = await runs.run(['plugins', 'search', 'x'])
      assert.deepEqual([problem?.code, problem?.exit], [code, exit], problem?.message)
    })

  it('tells of a registry whose answer is none', async () => {
    registry.instead.set(SEARCH, (response) => void response.writeHead(200).end('<html>'))
    const problem = await runs.run(['plugins', 'search', 'x'])
    assert.match(problem?.code ?? '', /^PLUGIN_(?:NPM_FAILED|REGISTRY_UNREACHABLE)$/, problem?.message)
    await rm(runs.dataDir, {recursive: true, force: true})
  })
})
