import {type ConformanceSubject, type Scenario, scenarios} from '@superset/identity/conformance'

/** The scenarios that can be asked of a provider, and those that cannot: what is left out unawares would be a gap. */
export function scenariosFor(subject: ConformanceSubject): {
  readonly asked: readonly Scenario[]
  readonly others: readonly Scenario[]
} {
  const asked = scenarios.filter((scenario) => scenario.inapplicable(subject) === undefined)
  return {asked, others: scenarios.filter((scenario) => !asked.includes(scenario))}
}

export function groupOf({id}: Scenario): string {
  return id.split('/')[0] ?? ''
}

/** Some of each group, for `npm test`: all of them are for `npm run test:thorough`. */
export function fewOf(asked: readonly Scenario[]): readonly Scenario[] {
  const seen = new Map<string, number>()
  return asked.filter((scenario) => {
    const before = seen.get(groupOf(scenario)) ?? 0
    seen.set(groupOf(scenario), before + 1)
    return before % 9 === 0
  })
}

export function describeScenarios(name: string, asked: readonly Scenario[], subject: ConformanceSubject): void {
  describe(`${name} keeps the promises of an identity plugin`, () => {
    for (const scenario of asked) {
      it(`${scenario.id} (${scenario.level} ${scenario.clause}): ${scenario.title}`, () => scenario.run(subject))
    }
  })
}
