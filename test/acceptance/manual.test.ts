import assert from 'node:assert/strict'
import {MANUAL_PAGES} from '../../src/manual/pages.ts'
import {Home} from '../support/cli.ts'

describe('superset help <page>', () => {
  let home: Home
  before(async () => {
    home = await Home.createResident()
  })
  after(() => home[Symbol.asyncDispose]())

  for (const {name, sections} of MANUAL_PAGES) {
    it(`prints ${name}, whole, in lines that fit a terminal`, async () => {
      const {code, stderr, stdout} = await home.run(['help', name])
      assert.deepEqual([code, stderr], [0, ''])
      for (const {heading, rows = []} of sections) {
        assert.ok(stdout.includes(heading.toUpperCase()), heading)
        for (const [term] of rows) assert.ok(stdout.replaceAll(/\s+/g, ' ').includes(term), term)
      }

      const long = stdout.split('\n').filter((line) => line.length > 80 && !line.trim().startsWith('$'))
      assert.deepEqual(long, [])
    })
  }

  it('is told of by superset help', async () => {
    const {stdout} = await home.run(['help'])
    for (const {name, summary} of MANUAL_PAGES)
      assert.match(stdout, new RegExp(`superset help ${name} +${summary.slice(0, 20)}`))
  })
})
