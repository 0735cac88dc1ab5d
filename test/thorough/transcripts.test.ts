import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {skip} from '../support/skip.ts'
import {terminalMissing} from '../support/terminal.ts'
import {TRANSCRIPTS} from '../transcripts/transcripts.ts'

const root = path.resolve(import.meta.dirname, '../..')

describe('the transcripts in docs', () => {
  for (const [file, record] of Object.entries(TRANSCRIPTS)) {
    it(`are what a run shows today (else: npm run docs:transcripts): ${file}`, async function () {
      const missing = terminalMissing('bash', 'git', 'openssl')
      if (missing !== undefined) skip(this, missing)
      assert.equal(await record(), readFileSync(path.join(root, file), 'utf8'))
    })
  }
})
