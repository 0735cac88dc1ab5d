// Lint rules carry decisions: each restriction says what to do instead. Format is prettier's business alone.
import {defineConfig, globalIgnores} from 'eslint/config'
import tseslint from 'typescript-eslint'

const sources = ['src/**/*.ts', 'packages/*/src/**/*.ts', 'examples/*/src/**/*.ts']
const releasing = ['release/**/*.ts']
const tests = ['bench/**/*.ts', 'demo/**/*.ts', 'test/**/*.ts', 'packages/*/test/**/*.ts', 'examples/*/test/**/*.ts']
const scripts = ['**/*.js']

/** Selectors are joined here: a later `no-restricted-syntax` replaces an earlier one whole, it does not add to it. */
const restricted = {
  everywhere: [
    {
      selector: 'CatchClause > BlockStatement[body.length=0]',
      message: 'An empty catch hides every fault. Handle the error that you expect (by its code) and rethrow the rest.',
    },
    {
      selector:
        'CallExpression[callee.object.name=/^(childProcess|child_process|cp)$/][callee.property.name=/^exec(Sync)?$/]',
      message: 'exec runs a shell string. Use spawn or execFile with an argument list.',
    },
    {
      selector: 'Property[key.name="shell"][value.value=true]',
      message: 'No shell. Use spawn or execFile with an argument list.',
    },
  ],
  sources: [
    {
      selector: 'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]',
      message: 'A double cast switches the compiler off. Narrow the value with a check, or fix the type.',
    },
  ],
  tests: [
    {
      selector: 'CallExpression[callee.object.name=/^(it|describe|context|specify)$/][callee.property.name="skip"]',
      message: 'A skipped test says why: call skip(this, "reason") from test/support/skip.ts inside it.',
    },
    {
      selector: 'CallExpression[callee.object.type="ThisExpression"][callee.property.name="skip"]',
      message: 'A skipped test says why: call skip(this, "reason") from test/support/skip.ts.',
    },
    {
      selector: 'CallExpression[callee.object.type="ThisExpression"][callee.property.name="retries"]',
      message: 'A test that needs retries is broken, or the code is. Await the event instead of the clock.',
    },
    {
      selector: 'CallExpression[callee.property.name="timeout"]:not([callee.object.name="AbortSignal"])',
      message:
        'Leave it out. The runner ends a file that reports nothing, however slow the machine is (CONTRIBUTING.md).',
    },
  ],
  output: [
    {
      selector: 'CallExpression[callee.object.property.name=/^std(out|err)$/][callee.property.name="write"]',
      message:
        'Print with writeText of @superset/identity: no control character of a server reaches the terminal then.',
    },
    {
      selector: 'CallExpression[callee.object.type="ThisExpression"][callee.property.name=/^log(ToStderr)?$/]',
      message: 'Print with show or tell of the base command, which know the output mode.',
    },
  ],
  environment: [
    {
      selector: 'MemberExpression[object.name="process"][property.name="env"]',
      message: 'Read the environment in src/env.ts of this package only, and hand plain values down.',
    },
    {
      selector: 'VariableDeclarator[init.name="process"] > ObjectPattern > Property[key.name="env"]',
      message: 'Read the environment in src/env.ts of this package only, and hand plain values down.',
    },
  ],
}

const shells = ['node:child_process', 'child_process'].map((name) => ({
  name,
  importNames: ['exec', 'execSync'],
  message: 'exec runs a shell string. Use spawn or execFile with an argument list.',
}))
const environments = ['node:process', 'process'].map((name) => ({
  name,
  importNames: ['env'],
  message: 'Read the environment in src/env.ts of this package only, and hand plain values down.',
}))
const frameworks = {
  regex: '^@oclif/',
  message: 'This layer knows no oclif. Take plain values here; let the command or the hook translate.',
}

export default defineConfig(
  globalIgnores(['**/dist/', '**/coverage/', '**/fixtures/', 'tmp/']),
  {
    linterOptions: {reportUnusedDisableDirectives: 'error'},
    rules: {
      complexity: ['error', {max: 20, variant: 'modified'}],
      'default-case-last': 'error',
      eqeqeq: ['error', 'always', {null: 'ignore'}],
      'max-depth': ['error', 4],
      'max-lines': ['error', {max: 300}],
      'max-params': ['error', 5],
      'no-async-promise-executor': 'error',
      'no-cond-assign': 'error',
      'no-constant-condition': ['error', {checkLoops: 'allExceptWhileTrue'}],
      'no-debugger': 'error',
      'no-dupe-else-if': 'error',
      'no-duplicate-case': 'error',
      'no-fallthrough': 'error',
      'no-param-reassign': 'error',
      'no-promise-executor-return': 'error',
      'no-restricted-imports': ['error', {paths: shells}],
      'no-restricted-syntax': ['error', ...restricted.everywhere],
      'no-self-compare': 'error',
      'no-sparse-arrays': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'no-unused-labels': 'error',
      'no-useless-catch': 'error',
      'no-useless-escape': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: scripts,
    rules: {'max-lines-per-function': ['error', {max: 60}], 'no-unused-vars': 'error'},
  },
  {
    files: [...sources, ...releasing, ...tests],
    extends: [tseslint.configs.base],
    // One program for everything: a project service would build one for each package.
    languageOptions: {parserOptions: {project: ['./tsconfig.test.json'], tsconfigRootDir: import.meta.dirname}},
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', {disallowTypeAnnotations: false}],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-unused-expressions': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        {argsIgnorePattern: '^_', ignoreRestSiblings: true, ignoreUsingDeclarations: true},
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': ['error', {allowThrowingUnknown: true}],
      '@typescript-eslint/restrict-plus-operands': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', {considerDefaultExhaustiveForUnions: true}],
    },
  },
  {
    files: [...sources, ...releasing],
    rules: {
      'max-lines-per-function': ['error', {max: 60}],
      'no-console': 'error',
      'no-restricted-imports': ['error', {paths: [...shells, ...environments]}],
      'no-restricted-syntax': ['error', ...restricted.everywhere, ...restricted.sources, ...restricted.environment],
    },
  },
  {
    files: ['src/**/*.ts', 'packages/{identity,plugin-auth,plugin-auth-command}/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...restricted.everywhere,
        ...restricted.sources,
        ...restricted.environment,
        ...restricted.output,
      ],
    },
  },
  {
    files: ['src/{identity,service,output}/**/*.ts', 'packages/identity/src/**/*.ts'],
    rules: {'no-restricted-imports': ['error', {paths: [...shells, ...environments], patterns: [frameworks]}]},
  },
  {
    files: ['**/src/env.ts', 'release/steps/env.ts', 'packages/sandbox/src/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', {paths: shells}],
      'no-restricted-syntax': ['error', ...restricted.everywhere, ...restricted.sources],
    },
  },
  {
    files: ['packages/sandbox/src/**/*.ts'],
    rules: {'no-console': 'off'},
  },
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': ['error', ...restricted.everywhere, ...restricted.tests],
    },
  },
)
