import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {findViolations, type Dependencies} from './architecture/rules.ts'
import {readSources} from './architecture/source.ts'

const root = path.dirname(path.dirname(import.meta.dirname))

/** A small house in order; each planted file breaks one rule of it. */
const SOUND = {
  'src/cli/command.ts': `import {Command} from '@oclif/core'\nimport {sessionOf} from '@superset/identity'\nexport {Command, sessionOf}`,
  'src/env.ts': 'export const home = process.env.HOME\nexport interface Environment {home: string}',
  'src/commands/tasks/list.ts': `import {Command} from '../../cli/command.ts'\nimport {listTasks} from '../../service/tasks.ts'\nimport {toTable} from '../../output/table.ts'\nexport default class extends Command {}`,
  'src/hooks/init.ts': `import {home} from '../env.ts'\nimport {choose} from '../identity/choose.ts'`,
  'src/identity/choose.ts': `import type {Session} from '@superset/identity'\nimport type {Environment} from '../env.ts'\nexport const choose = 1`,
  'src/output/table.ts': `import width from 'string-width'\nexport const toTable = width`,
  'src/service/tasks.ts': `import type {Session} from '@superset/identity'\nimport {request} from './client.ts'\nexport const listTasks = request`,
  'src/service/client.ts': `export const request = 1`,
  'packages/identity/src/index.ts': `export type * from './contract.ts'`,
  'packages/identity/src/contract.ts': `export type Need = 'none'`,
  'packages/identity/src/conformance/run.ts': `import 'node:http'\nimport type {Provider} from '../provider.ts'\nexport const run = 1`,
  'packages/identity/src/network/connect.ts': `import 'node:net'\nexport const connect = 1`,
  'packages/identity/src/provider.ts': `export interface Provider {name: string}`,
  'packages/plugin-auth/src/model.ts': `import type {Session} from '@superset/identity'\nexport type Model = Session`,
  'packages/plugin-auth/src/hooks/identity.ts': `import {open} from '../session/open.ts'\nexport default open`,
  'packages/plugin-auth/src/session/open.ts': `import {read} from '../store/read.ts'\nexport const open = read`,
  'packages/plugin-auth/src/store/read.ts': `import type {Model} from '../model.ts'\nimport {open} from './sealed/store.ts'\nexport * from './plain/store.ts'\nexport const read = open`,
  'packages/plugin-auth/src/store/sealed/store.ts': `import {index} from '../profile-index/read.ts'\nimport {ask} from '../../keychain/ask.ts'\nexport const open = [ask, index]`,
  'packages/plugin-auth/src/store/plain/store.ts': `import {index} from '../profile-index/read.ts'\nexport const plain = index`,
  'packages/plugin-auth/src/store/profile-index/read.ts': `import {draft} from '../../files/draft.ts'\nexport const index = draft`,
  'packages/plugin-auth/src/files/draft.ts': `import {Problem} from '@superset/identity'\nexport const draft = Problem`,
  'packages/plugin-auth/src/keychain/ask.ts': `export const ask = 1`,
  'packages/plugin-auth-command/src/protocol/read.ts': `export const read = 1`,
  'packages/plugin-auth-command/src/program/run.ts': `import {spawn} from 'node:child_process'\nexport const run = spawn`,
  'packages/plugin-auth-command/src/session/ask.ts': `import {read} from '../protocol/read.ts'\nimport {run} from '../program/run.ts'\nexport const ask = [read, run]`,
  'packages/foreign-issuer/src/provider.ts': `import {listen} from '@superset/sandbox/loopback'\nexport const start = listen`,
  'packages/sandbox/src/start.ts': `export const port = process.env.PORT`,
  'examples/plugin-hello/src/commands/hello/me.ts': `import {Command} from '@oclif/core'\nimport {query} from '../../query.ts'\nexport default Command`,
  'examples/plugin-hello/src/query.ts': `import type {Session} from '@superset/identity'\nexport const query = 1`,
  'examples/plugin-report/src/commands/report/tasks.js': `import {count} from '../../count.js'\nexport default count`,
  'examples/plugin-report/src/count.js': `export const count = 1`,
  'release/pack.ts': `import {write} from './steps/write.ts'\nimport {sort} from './plan/sort.ts'\nexport const all = [sort, write]`,
  'release/steps/write.ts': `import {writeFileSync} from 'node:fs'\nimport 'fflate'\nimport {sort} from '../plan/sort.ts'\nexport const write = [sort, writeFileSync]`,
  'release/steps/env.ts': `export const date = process.env.SOURCE_DATE_EPOCH`,
  'release/plan/sort.ts': `import {createHash} from 'node:crypto'\nimport type {Stats} from 'node:fs'\nexport const sort = createHash`,
}

const DECLARED: Dependencies = {
  runtime: ['@oclif/core', '@superset/identity', '@superset/sandbox', 'string-width'],
  types: ['fflate', 'type-fest'],
}

/** Each: what is planted where (appended to a file that exists), and the complaint that must come of it. */
const PLANTED: ReadonlyArray<readonly [string, string, RegExp]> = [
  ['src/commands/tasks/list.ts', `import '@superset/plugin-auth'`, /never imported/],
  ['src/hooks/init.ts', `const p = await import('@superset/plugin-auth/package.json')`, /never imported/],
  ['src/commands/tasks/list.ts', `import type {Sandbox} from '@superset/sandbox'`, /never imported/],
  ['src/commands/tasks/list.ts', `import '../../../packages/plugin-auth/src/model.ts'`, /outside its own src/],
  ['src/commands/tasks/list.ts', `import '../../../test/support/skip.ts'`, /outside its own src/],
  ['src/commands/tasks/list.ts', `import {home} from '../../env.ts'`, /src\/commands may not import src\/env.ts/],
  ['src/commands/tasks/list.ts', `import '../../hooks/init.ts'`, /src\/commands may not import src\/hooks/],
  ['src/identity/choose.ts', `import {home} from '../env.ts'`, /src\/identity may not import src\/env.ts/],
  ['src/identity/choose.ts', `import type {Config} from '@oclif/core'`, /imports no package/],
  ['src/identity/choose.ts', `export * from '../service/client.ts'`, /may not import src\/service/],
  ['src/service/client.ts', `import type {Environment} from '../env.ts'`, /src\/service may not import src\/env.ts/],
  ['src/service/client.ts', `import {Errors} from '@oclif/core'`, /knows no oclif/],
  ['src/service/client.ts', `import type {Row} from '../output/table.ts'`, /may not import src\/output/],
  ['src/output/table.ts', `type Task = import('../service/tasks.ts').Task`, /may not import src\/service/],
  ['src/cli/command.ts', `import '../commands/tasks/list.ts'`, /src\/cli may not import src\/commands/],
  ['packages/identity/src/contract.ts', `import {ok} from 'node:assert'`, /the contract imports nothing/],
  ['packages/identity/src/contract.ts', `import './conformance/run.ts'`, /only .*conformance may import|folder cycle/],
  ['packages/identity/src/conformance/run.ts', `import 'mocha'`, /imports Node alone/],
  ['packages/identity/src/network/connect.ts', `import 'undici'`, /imports Node alone/],
  ['src/service/client.ts', `import '@superset/identity/conformance'`, /for tests alone/],
  ['packages/identity/src/contract.ts', `import type {X} from '@superset/identity'`, /the contract imports nothing/],
  ['packages/plugin-auth/src/model.ts', `import {read} from './store/read.ts'`, /model.ts may not import/],
  ['packages/plugin-auth/src/store/read.ts', `import '@superset/sandbox'`, /never imported/],
  ['packages/plugin-auth/src/store/read.ts', `import '../../../../src/cli/command.ts'`, /outside its own src/],
  ['packages/plugin-auth/src/store/read.ts', `import '../hooks/identity.ts'`, /nothing may import/],
  ['packages/plugin-auth/src/store/sealed/store.ts', `import '../plain/store.ts'`, /sealed may not import .*\/plain/],
  ['packages/plugin-auth/src/store/plain/store.ts', `import '../sealed/store.ts'`, /plain may not import .*\/sealed/],
  [
    'packages/plugin-auth/src/store/plain/store.ts',
    `import '../../keychain/ask.ts'`,
    /plain may not import .*keychain/,
  ],
  ['packages/plugin-auth/src/store/sealed/store.ts', `await import('../read.ts')`, /sealed may not import .*\/store$/],
  [
    'packages/plugin-auth/src/store/profile-index/read.ts',
    `import '../plain/store.ts'`,
    /index may not import .*plain/,
  ],
  [
    'packages/plugin-auth/src/files/draft.ts',
    `import type {X} from '../store/sealed/store.ts'`,
    /files may not import/,
  ],
  ['packages/plugin-auth/src/files/draft.ts', `import '../store/profile-index/read.ts'`, /files may not import/],
  ['packages/plugin-auth/src/files/draft.ts', `import 'string-width'`, /imports no package/],
  ['packages/plugin-auth/src/session/open.ts', `import '../store/sealed/store.ts'`, /only .*store may import .*sealed/],
  ['packages/plugin-auth-command/src/protocol/read.ts', `import '../program/run.ts'`, /protocol may not import/],
  ['packages/plugin-auth-command/src/program/run.ts', `import '../session/ask.ts'`, /program may not import/],
  ['packages/plugin-auth-command/src/session/ask.ts', `import '@superset/plugin-auth'`, /never imported/],
  ['packages/plugin-auth/src/session/open.ts', `import '@superset/plugin-auth-command'`, /never imported/],
  ['packages/sandbox/src/start.ts', `import {home} from '../../../src/env.ts'`, /outside its own src/],
  ['packages/sandbox/src/start.ts', `import '@superset/plugin-auth'`, /never imported/],
  ['packages/sandbox/src/start.ts', `import '@superset/foreign-issuer'`, /never imported/],
  ['packages/foreign-issuer/src/provider.ts', `import '@superset/plugin-auth'`, /never imported/],
  [
    'packages/foreign-issuer/src/provider.ts',
    `import {listen} from '../../sandbox/src/http.ts'`,
    /outside its own src/,
  ],
  ['examples/plugin-hello/src/query.ts', `import '@superset/plugin-auth'`, /never imported/],
  ['examples/plugin-hello/src/query.ts', `import '@superset/sandbox'`, /never imported/],
  ['examples/plugin-hello/src/query.ts', `import '@superset/identity/conformance'`, /for tests alone/],
  ['examples/plugin-hello/src/query.ts', `import '../../../src/cli/command.ts'`, /outside its own src/],
  ['examples/plugin-hello/src/query.ts', `import '../../plugin-report/src/count.js'`, /outside its own src/],
  ['examples/plugin-hello/src/query.ts', `import './commands/hello/me.ts'`, /nothing may import/],
  ['examples/plugin-hello/src/query.ts', `import 'left-pad'`, /not declared in examples.plugin-hello.package.json/],
  ['examples/plugin-hello/src/query.ts', `const key = process.env.KEY`, /reads the environment/],
  ['examples/plugin-report/src/count.js', `import '@superset/plugin-auth'`, /never imported/],
  ['examples/plugin-report/src/count.js', `import './gone.js'`, /no such file/],
  ['examples/plugin-report/src/count.js', `import './count.ts'`, /does not end in .js/],
  ['src/service/client.ts', `import '../../examples/plugin-hello/src/query.ts'`, /outside its own src/],
  ['src/service/client.ts', `import type {Task} from './tasks.ts'`, /import cycle: .*tasks.ts -> .*client.ts/],
  ['packages/plugin-auth/src/store/read.ts', `import '../session/open.ts'`, /folder cycle: .*store.* -> .*session/],
  ['src/service/client.ts', `import './tasks.js'`, /does not end in .ts/],
  ['src/service/client.ts', `import './gone.ts'`, /no such file/],
  ['src/service/client.ts', `import 'left-pad'`, /not declared in package.json/],
  ['src/service/client.ts', `import {x} from 'type-fest'`, /not declared/],
  ['src/service/client.ts', `const key = process.env.KEY`, /reads the environment/],
  ['src/service/client.ts', `const key = process['env']`, /reads the environment/],
  ['src/service/client.ts', `const {env} = process`, /reads the environment/],
  ['src/service/client.ts', `import {env as e} from 'node:process'`, /reads the environment/],
  ['src/service/client.ts', '\n'.repeat(300) + 'const last = 1', /301 lines, at most 300|302 lines/],
  ['src/service/client.ts', `import '../../release/plan/sort.ts'`, /outside its own src/],
  ['src/service/client.ts', `import 'fflate'`, /not declared/],
  ['release/pack.ts', `import '../src/env.ts'`, /outside its own src/],
  ['release/pack.ts', `import '@superset/identity'`, /never imported/],
  ['release/pack.ts', `const date = process.env.DATE`, /reads the environment outside release.steps.env/],
  ['release/steps/write.ts', `import '../pack.ts'`, /release\/steps may not import release/],
  ['release/plan/sort.ts', `import '../steps/write.ts'`, /release\/plan may not import release\/steps/],
  ['release/plan/sort.ts', `import {readFileSync} from 'node:fs'`, /decides, and touches nothing/],
  ['release/plan/sort.ts', `import 'fflate'`, /imports no package/],
  ['src/service/utils.ts', '', /a name that says nothing/],
  ['src/common/list.ts', '', /a name that says nothing/],
  ['src/service/task-manager.ts', '', /a name that says nothing/],
  ['src/service/taskList.ts', '', /not kebab-case/],
  ['src/service/index.ts', '', /only a package's entry/],
]

describe('the architecture checker', () => {
  it('finds nothing in a sound house', () => {
    assert.deepEqual(
      findViolations(new Map(Object.entries(SOUND)), () => DECLARED),
      [],
    )
  })

  for (const [file, code, complaint] of PLANTED) {
    it(`finds ${code.trim() || 'a file'} in ${file}`, () => {
      const planted = new Map<string, string>(Object.entries(SOUND))
      planted.set(file, `${planted.get(file) ?? ''}\n${code}`)
      const found = findViolations(planted, () => DECLARED)
      assert.ok(found.length > 0, 'nothing was found')
      assert.ok(
        found.some((line) => complaint.test(line)),
        found.join('\n'),
      )
    })
  }

  it('lets types come from packages that are needed for development only', () => {
    const sources = new Map([
      ['src/service/a.ts', `import type {X} from 'type-fest'\nimport {type Y} from 'type-fest'`],
    ])
    assert.deepEqual(
      findViolations(sources, () => DECLARED),
      [],
    )
  })
})

describe('the architecture', () => {
  it('is as CONTRIBUTING.md draws it', () => {
    const sources = readSources(root)
    assert.ok(sources.size > 5, 'no sources were found')
    assert.equal(findViolations(sources, dependenciesOf).join('\n'), '')
  })
})

function dependenciesOf(packageFolder: string): Dependencies {
  const manifest = JSON.parse(readFileSync(path.join(root, packageFolder, 'package.json'), 'utf8')) as Manifest
  return {
    runtime: Object.keys({...manifest.dependencies, ...manifest.peerDependencies}),
    types: Object.keys(manifest.devDependencies ?? {}),
  }
}

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}
