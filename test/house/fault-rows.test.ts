import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {globSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {skip} from '../support/skip.ts'

const root = path.dirname(path.dirname(import.meta.dirname))

/**
 * The rows of the fault table: answers of the token endpoint (1-44), the network (45-51), storage and concurrency (52-71),
 * signing in (72-88), the service's API (89-104), the machine as it is (105-119).
 */
const ROWS: readonly string[] = [...from(1, 119), ...['23b', '51b', '59b', '67b', '69b', '69c', '69d', '90b', '91b']]

/** Rows that wait for something that is not built yet. */
const POSTPONED: ReadonlyMap<string, string> = new Map([
  ['10', 'use_dpop_nonce: proof of possession (RFC 9449) comes later; no proof is sent, so no server asks for a nonce'],
  ['11', 'invalid_dpop_proof: proof of possession (RFC 9449) comes later; until then it is an unknown code (row 13)'],
  ['101', 'an offline host: it comes with the hosts commands, the only ones that speak to the relay'],
])

/** What a row promises beyond its tests, and what it waits for. */
const PARTLY: ReadonlyMap<string, string> = new Map([
  ['60', 'reading a record of a newer format: what a later format looks like cannot be known, so it is refused (78)'],
  [
    '91',
    'a refresh for a stale membership list: only the hosts procedures read the list in the token; it comes with them',
  ],
])

describe('the fault table', () => {
  let tested: ReadonlySet<string>
  before(() => {
    tested = testedRows()
  })

  it('has a test for each row that is not postponed', () => {
    assert.deepEqual(
      ROWS.filter((row) => !tested.has(row) && !POSTPONED.has(row)),
      [],
    )
  })

  it('postpones no row that has a test, and none that is not in it', () => {
    assert.deepEqual(
      [...POSTPONED.keys()].filter((row) => tested.has(row) || !ROWS.includes(row)),
      [],
    )
    assert.deepEqual(
      [...PARTLY.keys()].filter((row) => !tested.has(row)),
      [],
    )
  })

  it('is found in titles however they name their rows', () => {
    assert.deepEqual(rowsIn('row 51b: x'), ['51b'])
    assert.deepEqual(rowsIn('suite rows 56, 57: x'), ['56', '57'])
    assert.deepEqual(rowsIn('rows 90 and 91: x'), ['90', '91'])
    assert.deepEqual(rowsIn('row 57 (key): x'), ['57'])
    assert.deepEqual(rowsIn('twice in a row: 5, or in row 7 of a table, or arrow 3: x'), [])
  })

  for (const [row, why] of [...POSTPONED, ...PARTLY]) {
    it(`postponed: ${POSTPONED.has(row) ? '' : 'part of '}${row}`, function () {
      skip(this, why)
    })
  }
})

function from(first: number, last: number): readonly string[] {
  return Array.from({length: last - first + 1}, (_, index) => String(first + index))
}

/** Many titles are made by code, so mocha itself is asked for them. Nothing is run. */
function testedRows(): ReadonlySet<string> {
  const files = globSync(['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'], {cwd: root})
  const others = files.filter((file) => path.resolve(root, file) !== import.meta.filename)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fault-rows-'))
  const output = path.join(folder, 'titles.json')
  try {
    const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js')
    const args = ['--dry-run', '--reporter', 'json', '--reporter-option', `output=${output}`]
    execFileSync(process.execPath, [mocha, ...args, ...others], {cwd: root, stdio: ['ignore', 'ignore', 'pipe']})
    const {passes} = JSON.parse(readFileSync(output, 'utf8')) as {passes: readonly {readonly fullTitle: string}[]}
    return new Set(passes.flatMap(({fullTitle}) => rowsIn(fullTitle)))
  } finally {
    rmSync(folder, {recursive: true})
  }
}

/** `row 5: …`, `rows 56, 57: …`, `rows 90 and 91: …`, `row 57 (key): …` */
function rowsIn(title: string): readonly string[] {
  const named = title.matchAll(/\brows? (\d+[a-d]?(?:(?:, | and )\d+[a-d]?)*)(?: \([^)]*\))?:/g)
  return [...named].flatMap(([, rows = '']) => rows.match(/\d+[a-d]?/g) ?? [])
}
