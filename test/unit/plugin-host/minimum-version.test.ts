import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {loadPolicy} from '../../../src/policy/current.ts'
import {parseCommandLine} from '../../../src/cli/command-line.ts'
import {enforcePolicy} from '../../../src/plugin-host/enforce-policy.ts'

describe('a superset older than the policy lets run', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'minimum-'))
    const file = path.join(folder, 'policy.json')
    await writeFile(file, JSON.stringify({update: {minimum: '1.2.0'}}))
    await loadPolicy(file)
  })
  after(async () => {
    await loadPolicy(path.join(folder, 'none/policy.json'))
    await rm(folder, {recursive: true})
  })

  const run = (id: string, version: string, ...more: string[]) => {
    const host = {bin: 'superset', dataDir: folder, npmRegistry: undefined, plugins: new Map(), version}
    return enforcePolicy(
      {id} as Parameters<typeof enforcePolicy>[0],
      parseCommandLine([...id.split(':'), ...more], false),
      host,
    )
  }

  for (const id of ['tasks:list', 'auth:login', 'auth:status', 'plugins', 'plugins:update', 'identity:use', 'acme:own'])
    it(`does not run ${id.replace(':', ' ')}, and says what does`, async () => {
      await assert.rejects(run(id, '1.1.9'), (problem: {code: string; exit: number; message: string}) => {
        assert.deepEqual([problem.code, problem.exit], ['POLICY_REFUSED', 77])
        assert.match(problem.message, /older than 1\.2\.0 run .*update\.minimum.*1\.1\.9/s)
        return true
      })
      for (const version of ['1.2.0', '1.10.0']) await run(id, version)
    })

  for (const id of ['update', 'help', 'version', 'doctor'])
    it(`runs ${id}, which leads out of it`, () => run(id, '1.1.9'))

  it('shows the help of every command', () => run('tasks:list', '1.1.9', '--help'))
})
