import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {existsSync, globSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {skip} from '../support/skip.ts'

const root = path.dirname(path.dirname(import.meta.dirname))
const table = readFileSync(path.join(root, 'docs/faults.md'), 'utf8')
const NOT_BUILT = /(?:^|; )([^;[]*\bnot built\b.*)$/

interface Row {
  readonly number: string
  /** The test files that its last column links to. */
  readonly files: readonly string[]
  /** What of it is not built, or nothing. */
  readonly missing?: string
}

describe('the fault table (docs/faults.md)', () => {
  const rows = readRows(table)
  let titles: ReadonlyMap<string, ReadonlySet<string>>
  before(() => {
    titles = rowsByFile([...new Set(rows.flatMap(({files}) => files))])
  })

  it('has its rows in one piece, each with tests or with the reason why there is none yet', () => {
    const numbers = new Set(rows.map(({number}) => number))
    assert.equal(numbers.size, rows.length)
    const whole = new Set([...numbers].map((number) => Number.parseInt(number, 10)))
    assert.deepEqual(
      [...whole].toSorted((a, b) => a - b),
      Array.from({length: whole.size}, (_, index) => index + 1),
    )
    assert.deepEqual(
      rows.filter(({files, missing}) => files.length === 0 && missing === undefined),
      [],
    )
  })

  it('names for each row test files of `npm test` that have a test of this row', () => {
    const wrong = rows.flatMap(({files, number}) =>
      files
        .filter((file) => file.includes('/thorough/') || !titles.get(file)?.has(number))
        .map((f) => `${number}: ${f}`),
    )
    assert.deepEqual(wrong, [])
  })

  it('has every row that a comment, a test or a page cites', () => {
    const known = new Set(rows.map(({number}) => number))
    const sources = ['{src,test,release}/**/*.ts', 'packages/*/{src,test}/**/*.ts', 'docs/**/*.md'].flatMap((glob) =>
      globSync(glob, {cwd: root}),
    )
    const strange = sources.flatMap((file) =>
      citedRows(readFileSync(path.join(root, file), 'utf8'))
        .filter((row) => !known.has(row))
        .map((row) => `${file}: row ${row}`),
    )
    assert.deepEqual(strange, [])
  })

  it('is found in titles however they name their rows', () => {
    assert.deepEqual(rowsIn('row 51b: x'), ['51b'])
    assert.deepEqual(rowsIn('suite rows 56, 57: x'), ['56', '57'])
    assert.deepEqual(rowsIn('rows 90 and 91: x'), ['90', '91'])
    assert.deepEqual(rowsIn('row 57 (key): x'), ['57'])
    assert.deepEqual(rowsIn('twice in a row: 5, or in row 7 of a table, or arrow 3: x'), [])
  })

  for (const {missing, number} of rows) {
    if (missing === undefined) continue
    it(`row ${number} is ${missing.startsWith('not built') ? 'not built' : 'built in part'}`, function () {
      skip(this, missing)
    })
  }
})

function readRows(text: string): readonly Row[] {
  return text.split('\n').flatMap((line) => {
    const number = /^\| (\d+[a-d]?) \|/.exec(line)?.[1]
    if (number === undefined) return []
    const last =
      line
        .split(/(?<!`) \| /)
        .at(-1)
        ?.replace(/\s*\|$/, '') ?? ''
    const files = [...last.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, file = '']) => file)
    const missing = NOT_BUILT.exec(last)?.[1]
    return [{number, files, ...(missing !== undefined && {missing})}]
  })
}

/** Many titles are made by code, so mocha itself is asked for them. Nothing is run. */
function rowsByFile(files: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fault-rows-'))
  const output = path.join(folder, 'titles.json')
  try {
    const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js')
    const args = ['--dry-run', '--reporter', 'json', '--reporter-option', `output=${output}`]
    const present = files.filter((file) => existsSync(path.join(root, file)))
    execFileSync(process.execPath, [mocha, ...args, ...present], {cwd: root, stdio: ['ignore', 'ignore', 'pipe']})
    const {passes} = JSON.parse(readFileSync(output, 'utf8')) as {
      passes: ReadonlyArray<{readonly file: string; readonly fullTitle: string}>
    }
    const found = new Map<string, Set<string>>()
    for (const {file, fullTitle} of passes) {
      const name = path.relative(root, file)
      const known = found.get(name) ?? new Set()
      for (const row of rowsIn(fullTitle)) known.add(row)
      found.set(name, known)
    }

    return found
  } finally {
    rmSync(folder, {recursive: true})
  }
}

/** `row 5: …`, `rows 56, 57: …`, `rows 90 and 91: …`, `row 57 (key): …` */
function rowsIn(title: string): readonly string[] {
  const named = title.matchAll(/\brows? (\d+[a-d]?(?:(?:, | and )\d+[a-d]?)*)(?: \([^)]*\))?:/g)
  return [...named].flatMap(([, rows = '']) => rows.match(/\d+[a-d]?/g) ?? [])
}

/** `Row 66, by whoever …`, `(row 23b)`: in comments and pages, where a number follows the word at once. */
function citedRows(text: string): readonly string[] {
  return [...text.matchAll(/\brows? (\d+[a-d]?)(?=[\s.,:;)(]|$)/gi)].map(([, row = '']) => row)
}
