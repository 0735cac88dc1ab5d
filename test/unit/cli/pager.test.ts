import assert from 'node:assert/strict'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {showInPager} from '../../../src/cli/pager.ts'

describe('the pager', () => {
  const names = ['PAGER', 'SUPERSET_PAGER'] as const
  const before = names.map((name) => process.env[name])
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'a pager-'))
  })
  afterEach(() => {
    rmSync(folder, {recursive: true})
    for (const [index, name] of names.entries()) {
      if (before[index] === undefined) delete process.env[name]
      else process.env[name] = before[index]
    }
  })

  it('gets the text, and SUPERSET_PAGER wins over PAGER', async () => {
    const file = path.join(folder, 'shown')
    process.env['PAGER'] = 'false'
    process.env['SUPERSET_PAGER'] = `cat >'${file}'`
    assert.equal(await showInPager('one\ntwo'), true)
    assert.equal(readFileSync(file, 'utf8'), 'one\ntwo\n')
    assert.equal(process.listenerCount('SIGINT'), 0)
  })

  it('is nobody where the variable is empty, or names no program: the text is printed', async () => {
    process.env['PAGER'] = 'cat >/dev/null'
    process.env['SUPERSET_PAGER'] = ''
    assert.equal(await showInPager('text'), false)
    process.env['SUPERSET_PAGER'] = path.join(folder, 'no-such-program')
    assert.equal(await showInPager('text'), false)
  })

  it('may leave before all was read', async () => {
    process.env['SUPERSET_PAGER'] = 'head -1 >/dev/null'
    assert.equal(await showInPager('line\n'.repeat(200_000)), true)
  })
})
