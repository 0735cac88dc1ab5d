import assert from 'node:assert/strict'
import {runConformance, type Scenario, scenarios} from '../../src/conformance/kit.ts'
import {behaviourOf, MUTANTS} from './reference/mutants.ts'
import {subjectOf} from './reference/subject.ts'
import {failures} from './results.ts'

const MUTANT_MODULE = new URL('reference/mutant-subject.ts', import.meta.url)

/** Each of these mutants fails the scenarios meant for it, and no others of those that are asked. */
export function describeDefects(
  names = Object.keys(MUTANTS),
  asked: (scenario: Scenario) => boolean = () => true,
): void {
  const chosen = scenarios.filter((scenario) => asked(scenario))
  describe('a provider with one defect', () => {
    for (const name of names) {
      const {apart, defect, fails} = MUTANTS[name] ?? assert.fail(name)
      it(`that ${defect} fails where it is meant to, and nowhere else`, async () => {
        const module = apart && `${MUTANT_MODULE.href}?mutant=${name}`
        const {conforms, results} = await runConformance(subjectOf(name, behaviourOf(name), module), {
          scenarios: chosen,
        })
        const found = failures(results)
        assert.deepEqual(Object.keys(found).toSorted(), [...fails].toSorted(), JSON.stringify(found))
        assert.equal(conforms, false)
      })
    }
  })
}
