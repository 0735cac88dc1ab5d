import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import path from 'node:path'

const fast = path.resolve(import.meta.dirname, '../../dist/fast')

describe('the bundles that commands start from', () => {
  it('are ASCII: a start reads them as Latin-1, and would print two wrong characters for each other one', () => {
    const files = globSync('**/*.cjs', {cwd: fast})
    assert.ok(files.length > 10, 'none were found')
    const others = files.filter((file) => readFileSync(path.join(fast, file)).some((byte) => byte > 127))
    assert.deepEqual(others, [])
  })
})
