import assert from 'node:assert/strict'
import {globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import os from 'node:os'
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

describe('the compiled code beside a bundle', () => {
  const {codeFile, compile, offerCompiled} = createRequire(import.meta.url)('../../bin/compiled.js') as {
    codeFile(file: string): string
    compile(file: string): {createCachedData(): Buffer}
    offerCompiled(files: readonly string[]): void
  }
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'bundle-'))
  })
  afterEach(() => rmSync(folder, {recursive: true, force: true}))

  const bundle = (text: string): string => {
    const file = path.join(folder, 'one.cjs')
    writeFileSync(file, text)
    return file
  }
  const load = (file: string): unknown => {
    offerCompiled([file])
    return createRequire(file)(file)
  }

  const CASES: Readonly<Record<string, (code: string, file: string) => void>> = {
    'is good': (code, file) => writeFileSync(code, compile(file).createCachedData()),
    'is not there': () => undefined,
    'is empty, after a full disk': (code) => writeFileSync(code, ''),
    'was cut off': (code, file) => writeFileSync(code, compile(file).createCachedData().subarray(0, 200)),
    'is anything': (code) => writeFileSync(code, 'x'.repeat(5000)),
    'cannot be read': (code) => mkdirSync(code),
    'is of another source': (code, file) => {
      const other = path.join(folder, 'other.cjs')
      writeFileSync(other, 'exports.answer = "another, and longer"')
      writeFileSync(code, compile(other).createCachedData())
      assert.notEqual(other, file)
    },
  }
  for (const [how, make] of Object.entries(CASES))
    it(`leaves the program as it is where the code ${how}`, () => {
      const file = bundle('exports.answer = require("node:path").basename(__filename)')
      make(codeFile(file), file)
      assert.deepEqual(load(file), {answer: 'one.cjs'})
    })
})
