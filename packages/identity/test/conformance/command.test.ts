import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {main} from '../../src/conformance/command.ts'
import type {ConformanceReport} from '../../src/conformance/kit.ts'

const REFERENCE = path.join(import.meta.dirname, 'reference/subject.ts')
const MUTANT = path.join(import.meta.dirname, 'reference/mutant-subject.ts')
const BIN = path.join(import.meta.dirname, '../../bin/conformance.js')

async function run(...argv: string[]): Promise<{code: number; out: string; error: string}> {
  const written = {out: '', error: ''}
  const code = await main(argv, {out: (text) => (written.out += text), error: (text) => (written.error += text)})
  return {code, ...written}
}

describe('superset-identity-conformance', () => {
  it('prints a line for each scenario and whether the provider conforms', async () => {
    const {code, error, out} = await run(REFERENCE, '--only', 'origin')
    assert.deepEqual([code, error], [0, ''])
    assert.match(out, /^ok {3}origin\/path \(MUST 2\.9\): a path is resolved/m)
    assert.match(out, /\n8 passed, 0 failed \(0 of them SHOULD\), 0 not applicable\nreference 1\.0\.0 conforms\.\n$/)
  })

  it('folds what does not apply: the reason once, with the scenarios', async () => {
    const {out} = await run(REFERENCE, '--only', 'outside', '--only', 'source')
    const rows = out.split('\n').filter((line) => line.startsWith('n/a'))
    assert.equal(rows.length, 2, out)
    assert.match(out, /`outsideCredentials`\) \(2\)\n {7}outside\/api-key, outside\/token\n/)
  })

  it('writes a report that can be filed: who, what with, when, where, and each result', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'superset-report-'))
    try {
      const file = path.join(folder, 'report.md')
      const {code, out} = await run(REFERENCE, '--only', 'outside', '--only', 'origin/bound', '--output', file)
      assert.deepEqual([code, out], [0, ''])
      const report = await readFile(file, 'utf8')
      assert.match(report, /^# Conformance of reference 1\.0\.0\n\n\*\*Conforms\*\*: 1 passed, 0 failed/)
      for (const row of [
        /\| Kit \| @superset\/identity \d/,
        /\| Date \| 20\d\d-/,
        /\| Node \| v\d/,
        /\| Platform \| \w/,
      ])
        assert.match(report, row)
      assert.match(report, /\| passed \| MUST 2\.13 \| `origin\/bound` \|/)
      assert.match(report, /<details><summary>2 not applicable<\/summary>/)
      assert.match(report, /\| `outside\/api-key`<br>`outside\/token` \|.*outsideCredentials/)
    } finally {
      await rm(folder, {recursive: true})
    }
  })

  it('prints JSON alone on standard output, and exits with 1 when a MUST is not met', async () => {
    const arguments_ = [BIN, MUTANT, '--only', 'origin/redirect-1', '--json']
    const mutant = spawnSync(process.execPath, arguments_, {encoding: 'utf8'})
    assert.equal(mutant.status, 0, 'a mutant without a name has no defect')
    const {conforms, counts} = JSON.parse(mutant.stdout) as ConformanceReport
    assert.deepEqual([conforms, counts.passed], [true, 1])
    const named = await run(
      path.join(import.meta.dirname, 'reference/generous-subject.ts'),
      '--only',
      'origin',
      '--json',
    )
    assert.equal(named.code, 1)
    const report = JSON.parse(named.out) as ConformanceReport
    assert.deepEqual([report.conforms, report.counts.failed], [false, 3])
  })

  it('lists the scenarios, and says what is wrong with a command line', async () => {
    assert.match((await run('--list', '--only', 'settle')).out, /^settle\/\S+ \(MUST 9\.\d\): .*\nsettle/)
    assert.match((await run('--help')).out, /superset-identity-conformance <module>/)
    for (const [argv, complaint] of [
      [[], /Name one module/],
      [[REFERENCE, '--only', 'nothing'], /no scenario "nothing"/],
      [[REFERENCE, '--json', '--markdown'], /one of/],
      [[path.join(import.meta.dirname, 'results.ts')], /exports no conformance subject/],
      [['gone.js'], /Cannot find module/],
    ] as const) {
      const {code, error} = await run(...argv)
      assert.equal(code, 2, error)
      assert.match(error, complaint)
    }
  })
})
