/** Which tests, all of them in process and from the sources, show what a source does; the quickest first. */
const TASKS = ['test/flow/tasks.test.ts', 'test/flow/task-changes.test.ts']
const ORGANIZATION = 'test/flow/organization.test.ts'
const SERVICE = [
  'test/unit/service/tasks.test.ts',
  'test/unit/service/fault.test.ts',
  'test/unit/service/client.test.ts',
  'test/unit/service/api-keys.test.ts',
  'test/unit/service/reachability.test.ts',
  'test/unit/service/hostile-answers.test.ts',
]

const COVERAGE: ReadonlyArray<readonly [RegExp, readonly string[]]> = [
  [/^src\/commands\/tasks\//, TASKS],
  [/^src\/commands\/organization\//, [ORGANIZATION]],
  [/^src\/(?:cli\/)?task-flags\.ts$/, TASKS],
  [/^src\/service\//, [...SERVICE, ...TASKS, ORGANIZATION]],
]

/** @returns nothing for a source whose tests run the built program */
export function testsOf(file: string): readonly string[] | undefined {
  return COVERAGE.find(([pattern]) => pattern.test(file))?.[1]
}
