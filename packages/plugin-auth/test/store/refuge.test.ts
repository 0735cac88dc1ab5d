import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {refugeFolders, saveInRefuge} from '../../src/files/refuge.ts'

describe('the refuge', () => {
  const name = `test-${randomBytes(8).toString('hex')}`
  const made: string[] = []
  const own = process.env['TMPDIR']
  const setTmp = (value: string | undefined): void => {
    if (value === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = value
  }

  afterEach(async () => {
    setTmp(own)
    for (const folder of made.splice(0)) await rm(folder, {recursive: true, force: true})
  })

  const save = async (folder: string): Promise<string> => {
    made.push(folder)
    await writeFile(join(folder, 'kept'), 'sealed')
    return folder
  }

  for (const [before, after] of [
    ['/tmp', '/somewhere/else'],
    ['/nowhere', undefined],
    [undefined, '/nowhere'],
    ['relative', '/tmp'],
  ] as const) {
    it(`C17: what was saved with TMPDIR=${before ?? ''} is found with TMPDIR=${after ?? ''}`, async () => {
      setTmp(before)
      const folder = await saveInRefuge(name, save)
      setTmp(after)
      assert.ok((await refugeFolders(name)).includes(folder))
      assert.equal(await readFile(join(folder, 'kept'), 'utf8'), 'sealed')
    })
  }

  it('C17: takes the next place when the first does not take it, and a reader looks into both', async () => {
    const refused: string[] = []
    const folder = await saveInRefuge(name, async (each) => {
      made.push(each)
      if (refused.push(each) === 1) throw Object.assign(new Error('full'), {code: 'ENOSPC'})
      return save(each)
    })
    assert.notEqual(folder, refused[0])
    const places = await refugeFolders(name)
    assert.ok(refused.every((each) => places.includes(each)))
  })

  it('throws what the last place says when none takes it', async () => {
    const failing = saveInRefuge(name, async (folder) => {
      await mkdir(folder, {recursive: true})
      made.push(folder)
      throw Object.assign(new Error('full'), {code: 'ENOSPC'})
    })
    await assert.rejects(failing, {code: 'ENOSPC'})
  })
})
