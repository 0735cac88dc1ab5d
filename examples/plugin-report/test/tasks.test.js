import assert from 'node:assert/strict'
import {Config} from '@oclif/core'
import {handOver} from '@superset/identity'
import ReportTasks from '../src/commands/report/tasks.js'
import {countBy} from '../src/count-by.js'

describe('report tasks', () => {
  it('runs on the oclif that this plugin brings', () => {
    assert.match(ReportTasks._base, /^@oclif\/core@4\./)
  })

  it('counts what the session’s API lists, for its organization', async () => {
    const tasks = ['high', 'low', 'high'].map((priority) => ({task: {priority}}))
    const config = await Config.load({root: import.meta.dirname})
    const session = {
      apiUrl: 'https://api.example',
      organization: {value: 'org-1', source: 'stored'},
      async fetch(path, {headers}) {
        assert.deepEqual([path, headers['x-superset-organization-id']], ['/api/trpc/task.list', 'org-1'])
        return Response.json({result: {data: {json: tasks}}})
      },
    }
    handOver(config, {session: async () => session})
    assert.deepEqual(await new ReportTasks(['--json'], config).run(), {high: 2, low: 1})
  })

  it('counts nothing as nothing', () => {
    assert.deepEqual(
      countBy([], () => ''),
      {},
    )
  })
})
