import assert from 'node:assert/strict'
import {judge, type JudgementInput, type Entry} from '../../src/ledger/judge.ts'

const NOW = 1_000_000
const at = (changes: Partial<JudgementInput> = {}): JudgementInput => ({
  policy: 'user',
  now: NOW,
  tokenValid: false,
  replay: false,
  copied: false,
  runStartedAt: NOW,
  ...changes,
})
const entry = (changes: Partial<Entry>): Entry => ({
  phase: 'claimed',
  presented: 0,
  attempt: 1,
  holder: 'pid 1',
  changedAt: NOW - 1000,
  ...changes,
})

describe('judge: may a generation be presented (again)?', () => {
  const table: ReadonlyArray<[string, Entry | undefined, JudgementInput, string]> = [
    ['a generation nobody has touched', undefined, at(), 'present'],
    ['row 64: a claim whose holder died before sending', entry({}), at(), 'present'],
    ['row 65: a holder that died after sending', entry({phase: 'sent', presented: 1}), at(), 'never answer-lost'],
    [
      'an ambiguous answer where a replay ends everything',
      entry({phase: 'ambiguous', presented: 1}),
      at(),
      'never answer-lost',
    ],
    [
      '… where a replay ends this session only',
      entry({phase: 'ambiguous', presented: 1}),
      at({policy: 'session'}),
      'present',
    ],
    ['… where a replay ends nothing', entry({phase: 'sent', presented: 1}), at({policy: 'none'}), 'present'],
    ['… inside the grace window', entry({phase: 'ambiguous', presented: 1}), at({policy: {graceMs: 1000}}), 'present'],
    [
      '… after the grace window',
      entry({phase: 'ambiguous', presented: 1}),
      at({policy: {graceMs: 999}}),
      'never answer-lost',
    ],
    ['… when a person takes the risk', entry({phase: 'ambiguous', presented: 1}), at({replay: true}), 'present'],
    ['an uncertain answer, later run, token expired', entry({phase: 'uncertain', presented: 1}), at(), 'present'],
    ['… while the token serves', entry({phase: 'uncertain', presented: 1}), at({tokenValid: true}), 'wait later-run'],
    [
      '… by the run that saw it',
      entry({phase: 'uncertain', presented: 1}),
      at({runStartedAt: NOW - 2000}),
      'wait later-run',
    ],
    ['… after the second presentation', entry({phase: 'uncertain', presented: 2}), at(), 'never outcome-unknown'],
    ['an untouched one', entry({phase: 'untouched'}), at(), 'present'],
    ['… before its time', entry({phase: 'untouched', notBefore: NOW + 1}), at(), 'wait not-before'],
    ['a refusal with a reason', entry({phase: 'refused'}), at({policy: 'none', replay: true}), 'never refused'],
    ['a refusal without one, within 15 min', entry({phase: 'refused', notBefore: NOW + 1}), at(), 'wait refused'],
    ['a refusal without one, afterwards', entry({phase: 'refused', notBefore: NOW}), at(), 'present'],
    ['row 67b: a copy of another machine’s home', undefined, at({copied: true}), 'never copied'],
    ['… where a replay ends this session only', undefined, at({copied: true, policy: 'session'}), 'present'],
    ['one of before the ledger was damaged', undefined, at({forgotten: true}), 'never forgotten'],
    ['… which a person presents all the same', undefined, at({forgotten: true, replay: true}), 'present'],
    ['… where a replay ends this session only', undefined, at({forgotten: true, policy: 'session'}), 'present'],
    [
      '… where nobody knows when a window closes',
      undefined,
      at({forgotten: true, policy: {graceMs: 9e9}}),
      'never forgotten',
    ],
    ['a revoked one', entry({phase: 'revoked'}), at({policy: 'none', replay: true}), 'never revoked'],
    ['an answered one', entry({phase: 'answered'}), at({policy: 'none', replay: true}), 'never spent'],
  ]
  for (const [name, known, circumstances, expected] of table) {
    it(`${name}: ${expected}`, () => {
      const judgement = judge(known, circumstances)
      assert.equal(judgement.may === 'present' ? 'present' : `${judgement.may} ${judgement.why}`, expected)
    })
  }
})
