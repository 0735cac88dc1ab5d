import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {scenarios} from '../../src/conformance/kit.ts'

const document = readFileSync(new URL('../../../../docs/identity-plugins.md', import.meta.url), 'utf8')
/** Each numbered paragraph of the contract, by its number. */
const clauses = new Map(
  [...`${document}\n`.matchAll(/^\*\*(?<number>\d+\.\d+)\*\* (?<text>[^]*?)(?=\n\n)/gm)].map(({groups}) => [
    groups?.['number'] ?? '',
    groups?.['text'] ?? '',
  ]),
)

describe('the scenarios and the contract', () => {
  it('are at least 40, each with a name of its own', () => {
    assert.ok(scenarios.length >= 40)
    assert.equal(new Set(scenarios.map(({id}) => id)).size, scenarios.length)
    for (const {id} of scenarios) assert.match(id, /^[a-z-]+\/[a-z\d-]+$/)
  })

  it('name clauses that exist, with the word that the clause uses', () => {
    assert.ok(clauses.size > 50)
    const wrong = scenarios.filter(({clause, level}) => !clauses.get(clause)?.includes(level))
    assert.deepEqual(
      wrong.map(({clause, id, level}) => `${id}: ${level} ${clause}`),
      [],
    )
  })

  it('agree on which clauses the kit does not show', () => {
    const shown = new Set(scenarios.map(({clause}) => clause))
    const unmarked = [...clauses].filter(([number, text]) => shown.has(number) === text.endsWith('†'))
    assert.deepEqual(
      unmarked.map(([number]) => number),
      [],
    )
  })
})
