import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {chmod, mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {promisify} from 'node:util'
import {type Sandbox, startSandbox} from '@superset/sandbox'
import {thisHostId} from '../../src/service/targets/machine.ts'
import {CLI, Home} from '../support/cli.ts'

const run = promisify(execFile)
const SCRIPT = path.resolve(import.meta.dirname, '../../examples/agent-day.sh')

describe("an agent's day, as a script", () => {
  let sandbox: Sandbox
  let home: Home
  before(async () => {
    sandbox = await startSandbox()
    home = await Home.create()
  })
  after(async () => {
    await home?.[Symbol.asyncDispose]()
    await sandbox.close()
  })

  it('takes the most urgent task, works on it in a workspace, reads the terminal, and hands it over', async () => {
    const host = await sandbox.startHost({id: await thisHostId(), homeDir: home.superset})
    host.state.addProject({name: 'demo', repoPath: '/code/demo'})
    const bin = path.join(home.path, 'bin')
    await mkdir(bin)
    const program = path.join(bin, 'superset')
    await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`)
    await chmod(program, 0o700)
    const env = {
      ...process.env,
      HOME: home.path,
      PATH: [bin, path.dirname(process.execPath), process.env['PATH']].join(path.delimiter),
      SUPERSET_API_URL: sandbox.url,
      SUPERSET_API_KEY: sandbox.apiKey,
      SUPERSET_ORGANIZATION_ID: sandbox.organizations.team.id,
      AGENT_COMMAND: 'echo all is well',
    }
    const superset = async (...line: string[]) => (await run(program, line, {env})).stdout
    await superset('tasks', 'create', '--title', 'Not urgent', '--priority', 'low', '--status', 'Todo')
    await superset('tasks', 'create', '--title', 'Most urgent', '--priority', 'urgent', '--status', 'Todo')
    const {stdout} = await run('bash', [SCRIPT, 'demo'], {env})
    assert.match(stdout, /^Took most-urgent\.\n[\s\S]*all is well[\s\S]*\nFinished most-urgent\.\n$/)
    const task = JSON.parse(await superset('tasks', 'list', '--search', 'Most urgent', '--json')) as object[]
    const {assignee, status} = task[0] as {assignee: string; status: string}
    assert.deepEqual([assignee, status], ['Local Admin', 'Done'])
    assert.equal(host.state.workspaces.at(-1)?.branch, 'agent/most-urgent')
  })
})
