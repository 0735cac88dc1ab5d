import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {costsOf, groupModules, type StartCosts} from './start/groups.ts'
import {STARTS, type StartTrace, traceStarts} from './start/trace.ts'

const read = (file: string) => JSON.parse(readFileSync(path.resolve(import.meta.dirname, file), 'utf8')) as object
const WRITE = 'run `npm run start-list`, and let the difference be reviewed'

describe('what a start loads', () => {
  let traces: readonly StartTrace[]
  before(async () => {
    traces = await traceStarts()
  })

  it('is in the bundles that bin/start.json names, and nothing else is', () => {
    assert.deepEqual(groupModules(traces), read('../../bin/start.json'), WRITE)
  })

  for (const start of STARTS)
    it(`stays within its budget of modules, files and bytes: ${start}`, () => {
      const budget = (read('measures/starts.json') as StartCosts)[start]
      const {files, kilobytes, modules} = costsOf(traces)[start] ?? assert.fail(start)
      assert.deepEqual(files, budget?.files, WRITE)
      assert.ok(modules <= (budget?.modules ?? 0), `${modules} modules: ${WRITE}`)
      // Fixing a fault may add a line.
      assert.ok(kilobytes <= (budget?.kilobytes ?? 0) + 10, `${kilobytes} kB: ${WRITE}`)
    })
})
