/** Which tests, all of them in process and from the sources, show what a source does; the quickest first. */
const LIST = 'test/flow/tasks.test.ts'
const CHANGES = 'test/flow/task-changes.test.ts'
const DELETIONS = 'test/flow/task-deletions.test.ts'
const GET = 'test/flow/task-get.test.ts'
const AUTOMATIONS = 'test/flow/automations.test.ts'
const AUTOMATION_CHANGES = 'test/flow/automation-changes.test.ts'
const FEEDBACK = 'test/flow/feedback.test.ts'
const ORGANIZATION = 'test/flow/organization.test.ts'
const HOSTS = 'test/flow/hosts.test.ts'
const PROJECTS = 'test/flow/projects.test.ts'
const THIS_MACHINE = 'test/flow/this-machine.test.ts'
const WORKSPACES = 'test/flow/workspaces.test.ts'
const WORKSPACE_CREATION = 'test/flow/workspace-creation.test.ts'
const TERMINALS = 'test/flow/terminals.test.ts'
const CONFIG = 'test/flow/config.test.ts'
const API = 'test/flow/api-command.test.ts'
const RECORDED = 'test/flow/host-recordings.test.ts'
const unit = (name: string): string => `test/unit/service/${name}.test.ts`

const COVERAGE: ReadonlyArray<readonly [RegExp, readonly string[]]> = [
  [/^src\/commands\/tasks\/(?:create|update)\.ts$/, [CHANGES]],
  [/^src\/commands\/tasks\/delete\.ts$/, [DELETIONS]],
  [/^src\/commands\/tasks\/get\.ts$/, [GET]],
  [/^src\/commands\/tasks\//, [LIST]],
  [/^src\/commands\/organization\//, [ORGANIZATION]],
  [/^src\/commands\/(?:automations|feedback)\//, [AUTOMATIONS, AUTOMATION_CHANGES, FEEDBACK]],
  [/^src\/forms\/web-page\.ts$/, [GET]],
  [/^src\/forms\/deletion\.ts$/, [DELETIONS, WORKSPACES]],
  [/^src\/forms\/(?:automation|feedback)\.ts$/, [AUTOMATIONS, AUTOMATION_CHANGES, FEEDBACK]],
  [/^src\/forms\//, [CHANGES, LIST]],
  [/^src\/commands\/hosts\//, [HOSTS]],
  [/^src\/commands\/projects\//, [PROJECTS, RECORDED]],
  [/^src\/commands\/workspaces\/create\.ts$/, [WORKSPACE_CREATION, RECORDED]],
  [/^src\/commands\/workspaces\//, [WORKSPACES, RECORDED]],
  [/^src\/commands\/(?:agents|terminals)\//, [TERMINALS, RECORDED]],
  [/^src\/commands\/status\.ts$/, [THIS_MACHINE, RECORDED]],
  [/^src\/commands\/api\.ts$/, [API]],
  [/^src\/service\/hosts\.ts$/, [HOSTS, WORKSPACES, RECORDED]],
  [/^src\/service\/projects\.ts$/, [PROJECTS, THIS_MACHINE, RECORDED]],
  [/^src\/service\/workspaces\.ts$/, [WORKSPACES, WORKSPACE_CREATION, RECORDED]],
  [/^src\/service\/(?:agents|terminals)\.ts$/, [TERMINALS, WORKSPACE_CREATION, RECORDED]],
  [/^src\/service\/not-found\.ts$/, [TERMINALS, WORKSPACES, AUTOMATIONS]],
  [/^src\/configuration\/keys\.ts$/, ['test/unit/configuration/keys.test.ts', CONFIG]],
  [/^src\/commands\/config\//, [CONFIG]],
  [/^src\/plugins\/create\.ts$/, ['test/unit/plugins/create.test.ts']],
  [/^src\/completion\/complete\.ts$/, ['test/unit/completion/complete.test.ts']],
  [/^src\/service\/host-status\.ts$/, [THIS_MACHINE, RECORDED]],
  [/^src\/service\/shell-word\.ts$/, [HOSTS]],
  [/^src\/service\/targets\/late-create\.ts$/, [unit('late-create')]],
  [/^src\/service\/targets\/machine\.ts$/, [unit('machine')]],
  [/^src\/service\/targets\/(?:relay|open)\.ts$/, [HOSTS, WORKSPACE_CREATION, PROJECTS]],
  [/^src\/service\/targets\//, [THIS_MACHINE, WORKSPACES, WORKSPACE_CREATION, HOSTS]],
  [/^src\/service\/organizations\.ts$/, [unit('tasks'), ORGANIZATION, LIST]],
  [/^src\/service\/(?:automation-changes|automations|feedback)\.ts$/, [AUTOMATIONS, AUTOMATION_CHANGES, FEEDBACK]],
  [/^src\/service\/delete-each\.ts$/, [unit('tasks'), DELETIONS]],
  [/^src\/service\/(?:names|people)\.ts$/, [unit('names'), unit('tasks'), LIST, CHANGES]],
  [/^src\/service\/(?:answer|task-list|tasks)\.ts$/, [unit('tasks'), CHANGES, LIST, GET, ORGANIZATION]],
  [/^src\/service\/reachability\.ts$/, [unit('reachability')]],
  [
    /^src\/service\//,
    [unit('fault'), unit('client'), unit('api-keys'), LIST, unit('reachability'), unit('hostile-answers')],
  ],
]

/** @returns nothing for a source whose tests run the built program */
export function testsOf(file: string): readonly string[] | undefined {
  return COVERAGE.find(([pattern]) => pattern.test(file))?.[1]
}
