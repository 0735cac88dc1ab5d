import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {type IdentityRequest, isProblem, type Problem} from '@superset/identity'
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {Stage} from './stage.ts'

const OTHER = {value: 'http://127.0.0.1:9', source: 'env:SUPERSET_API_URL'} as const

/** What a run would be told. */
async function refusalOf(request: IdentityRequest): Promise<Problem> {
  try {
    await new AuthProvider().session(request)
  } catch (error) {
    assert.ok(isProblem(error), String(error))
    return error
  }

  return assert.fail('a run gets a session')
}

function indexOf({home}: Stage): string {
  return path.join(home.homeDir, 'identity', 'profiles', 'default.json')
}

/** A run, `auth status` and `doctor` judge by the same code. */
describe('where a run is refused, status and doctor say so in the same words', () => {
  for (const [what, storage, change] of [
    ['another API in a variable', 'key', async () => ({apiUrl: OTHER})],
    ['another API in a variable, plain text', 'file', async () => ({apiUrl: OTHER})],
    ['an index that was emptied', 'key', async (stage: Stage) => (await writeFile(indexOf(stage), ''), {})],
    [
      'an index that was emptied, and another API',
      'key',
      async (stage: Stage) => (await writeFile(indexOf(stage), ''), {apiUrl: OTHER}),
    ],
    ['no key to open it with', 'key', async () => ({secrets: {}})],
    ['another key', 'key', async () => ({secrets: {storageKey: '7'.repeat(64)}})],
    ['a storage that the policy forbids', 'key', async () => ({policy: {file: '/p.json', storages: ['keychain']}})],
    [
      'an issuer that the policy does not want',
      'key',
      async () => ({policy: {file: '/p.json', issuer: 'https://i.test'}}),
    ],
  ] as const satisfies readonly (readonly [
    string,
    'file' | 'key',
    (stage: Stage) => Promise<Partial<IdentityRequest>>,
  ])[]) {
    it(what, async () => {
      await using stage = await Stage.open('valid', {storage})
      const request: IdentityRequest = {...stage.request(), ...(await change(stage))}
      const {code, message} = await refusalOf(request)
      const {problem, signedIn} = await new AuthProvider().describe(request)
      assert.deepEqual([signedIn, problem?.code, problem?.message], [false, code, message])
      const checks = await new AuthProvider().diagnose(request)
      const session = checks.find(({name}) => name === 'session')
      assert.deepEqual([session?.outcome, session?.message], ['fail', message])
    })
  }
})
