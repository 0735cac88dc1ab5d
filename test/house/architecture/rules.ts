import path from 'node:path'
import {findCycles} from './cycles.ts'
import {parseSources, type Import, type SourceFile, type Sources} from './source.ts'

/** What one package may import at run time, and (development too) for its types. */
export interface Dependencies {
  readonly runtime: readonly string[]
  readonly types: readonly string[]
}

/** What one area may import. Areas not named here (the sandbox, most of the plugin) are held by the general rules alone. */
interface Area {
  /** Areas that may be imported, besides the area itself. */
  readonly may: readonly string[]
  /** Areas of which only types may be imported. */
  readonly types?: readonly string[]
  /** Packages outside this repository: all that are declared, all but oclif's, or none. */
  readonly packages: 'all' | 'none' | 'not-oclif'
  /** Set where nothing outside this folder may import the area; types aside. */
  readonly within?: string
  /** Set where not all of Node's modules may be imported: those that may. */
  readonly node?: readonly string[]
}

/** The scenarios for authors of identity plugins; the contract does not know them, and no run of the CLI loads them. */
const KIT = 'packages/identity/src/conformance'
/** The way out, for the CLI, its plugins and the helper alike. */
const NETWORK = 'packages/identity/src/network'
/** How pages are opened, for the CLI and for whoever signs in. */
const BROWSER = 'packages/identity/src/browser'
/** Whose the files of a home are: asked by all that write there. */
const HOME = 'packages/identity/src/home'
const AUTH = 'packages/plugin-auth/src'
const CONTRACT = ['exit-codes', 'problem', 'provider', 'request', 'session'].map(
  (file) => `packages/identity/src/${file}.ts`,
)
const STORE = `${AUTH}/store`
const COMMAND = 'packages/plugin-auth-command/src'
const BELOW_STORES = [`${STORE}/profile-index`, `${AUTH}/files`, `${AUTH}/model.ts`, `${AUTH}/token-digest.ts`]

/** The arrows of the house. A file right under `src` that is not named here belongs to the area `src`. */
const AREAS: Readonly<Record<string, Area>> = {
  'src/commands': {
    may: [
      'src/cli',
      'src/closest.ts',
      'src/completion',
      'src/configuration',
      'src/diagnosis',
      'src/forms',
      'src/identity',
      'src/output',
      'src/own-shapes.ts',
      'src/plugin-host',
      'src/plugins',
      'src/policy',
      'src/service',
      'src/update',
    ],
    packages: 'all',
  },
  'src/hooks': {
    may: [
      'src/cli',
      'src/closest.ts',
      'src/env.ts',
      'src/configuration',
      'src/identity',
      'src/plugin-host',
      'src/policy',
    ],
    packages: 'all',
  },
  'src/main.ts': {
    may: ['src/cli', 'src/env.ts', 'src/identity', 'src/output', 'src/plugin-host', 'src/policy', 'src/update'],
    packages: 'all',
  },
  // What is wrong, for doctor: it looks into every room.
  'src/diagnosis': {
    may: ['src/cli', 'src/env.ts', 'src/identity', 'src/plugin-host', 'src/policy', 'src/service', 'src/update'],
    packages: 'all',
  },
  // What the forms of one topic share: its flags, and what becomes of them.
  'src/forms': {may: ['src/cli', 'src/output', 'src/service'], packages: 'all'},
  // Which plugins a run has: oclif's, the user's, and the one that answers for identity, as far as the policy allows them.
  'src/plugin-host': {
    may: ['src/cli', 'src/env.ts', 'src/identity', 'src/output', 'src/plugins', 'src/policy'],
    types: ['src/own-shapes.ts'],
    packages: 'all',
  },
  // How third-party plugins come in, and go. What oclif makes of them is decided above.
  'src/plugins': {
    may: ['src/cli', 'src/env.ts', 'src/locks', 'src/policy'],
    types: ['src/own-shapes.ts'],
    packages: 'all',
  },
  'src/update': {
    may: ['src/cli', 'src/env.ts', 'src/configuration', 'src/locks', 'src/policy'],
    types: ['src/own-shapes.ts'],
    packages: 'all',
  },
  // What all commands have in common: the base command, flags, questions, errors, help.
  'src/cli': {
    may: [
      'src/closest.ts',
      'src/env.ts',
      'src/configuration',
      'src/identity',
      'src/manual',
      'src/output',
      'src/service',
    ],
    packages: 'all',
  },
  'src/identity': {
    may: [],
    types: ['src/env.ts', 'src/configuration', 'src/own-shapes.ts', 'src/policy'],
    packages: 'none',
  },
  'src/configuration': {may: [], packages: 'not-oclif'},
  'src/policy': {may: ['src/configuration'], packages: 'not-oclif'},
  'src/locks': {may: [], packages: 'none'},
  'src/service': {may: ['src/closest.ts', 'src/configuration'], packages: 'not-oclif'},
  'src/completion': {may: [], packages: 'none'},
  'src/manual': {may: [], packages: 'none'},
  'src/output': {may: [], packages: 'not-oclif'},
  'src/env.ts': {may: ['src/configuration'], packages: 'none'},
  'src/closest.ts': {may: [], packages: 'none'},
  'src/own-shapes.ts': {may: [], packages: 'not-oclif'},
  [KIT]: {may: CONTRACT, packages: 'none', within: KIT},
  [`${AUTH}/model.ts`]: {may: [], packages: 'none'},
  // The files right under `store` choose between sealed and plain, which do not know each other.
  [`${STORE}/sealed`]: {may: [...BELOW_STORES, `${AUTH}/keychain`], packages: 'none', within: STORE},
  [`${STORE}/plain`]: {may: [...BELOW_STORES, `${AUTH}/jwt-claims.ts`], packages: 'none', within: STORE},
  [`${STORE}/profile-index`]: {may: [`${AUTH}/files`, `${AUTH}/model.ts`], packages: 'none', within: STORE},
  // The ledger has the one lock between processes.
  [`${AUTH}/files`]: {may: [`${AUTH}/ledger`, `${AUTH}/problem.ts`], packages: 'none'},
  // What the command said and how it is run know nothing of each other, nor of sessions.
  [`${COMMAND}/protocol`]: {may: [], packages: 'none'},
  [`${COMMAND}/program`]: {may: [], packages: 'none'},
  // Packing and publishing: scripts, what they do, and what is decided, which touches nothing.
  release: {may: ['release/plan', 'release/steps'], packages: 'all'},
  'release/steps': {may: ['release/plan'], packages: 'all'},
  'release/plan': {may: [], packages: 'none', node: ['node:crypto']},
}

/** Folders whose sub-folders are areas of their own; what lies right in them is one, too. */
const PARTED = [STORE, 'release']

/** Packages of this repository, and who may import them by name. Everything else may not. */
const WORKSPACES: Readonly<Record<string, RegExp>> = {
  '@superset/identity': /^(src|packages\/(?!identity\/)[^/]+\/src|examples\/[^/]+\/src)\//,
  '@superset/plugin-auth': /^$/,
  '@superset/plugin-auth-command': /^$/,
  '@superset/foreign-issuer': /^$/,
  '@superset/sandbox': /^packages\/foreign-issuer\/src\//,
  superset: /^$/,
}

const MAX_LINES = 300
const VAGUE = /(^|-)(utils?|helpers|common|managers?)(-|\.|$)/
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[jt]s)?$/
/** What authors of plugins copy, in TypeScript or in JavaScript. */
const EXAMPLE = /^examples\//

/** Every way in which the sources break the rules, as one readable line each. */
export function findViolations(sources: Sources, dependenciesOf: (packageFolder: string) => Dependencies): string[] {
  const files = parseSources(sources)
  return [
    ...files.flatMap((file) => [...checkName(file.file), ...checkBody(file)]),
    ...files.flatMap((source) =>
      source.imports.flatMap((found) => checkImport(source.file, found, sources, dependenciesOf)),
    ),
    ...checkCycles(files),
    ...checkFolderCycles(files),
  ]
}

function checkName(file: string): string[] {
  const names = file.split('/')
  const complaints: string[] = []
  if (names.some((name) => VAGUE.test(name))) complaints.push(`${file}: a name that says nothing; name what it does`)
  if (!names.every((name) => KEBAB.test(name))) complaints.push(`${file}: not kebab-case`)
  if (names.at(-1) === 'index.ts' && !/^packages\/[^/]+\/src\/index\.ts$/.test(file)) {
    complaints.push(`${file}: only a package's entry may be an index.ts`)
  }

  return complaints
}

function checkBody({file, lines, environmentReads}: SourceFile): string[] {
  const complaints = lines > MAX_LINES ? [`${file}: ${lines} lines, at most ${MAX_LINES}`] : []
  const reader = file.startsWith('release/') ? 'release/steps/env.ts' : `${packageFolder(file)}src/env.ts`
  if (file === reader || file.startsWith('packages/sandbox/')) return complaints
  return [...complaints, ...environmentReads.map((line) => `${file}:${line}: reads the environment outside ${reader}`)]
}

function checkImport(
  file: string,
  found: Import,
  sources: Sources,
  dependenciesOf: (packageFolder: string) => Dependencies,
): string[] {
  const place = `${file}:${found.line}: imports ${found.specifier}`
  if (found.target !== undefined)
    return checkRelative(file, found, found.target, sources).map((why) => `${place}: ${why}`)
  return checkPackage(file, found, dependenciesOf(packageFolder(file))).map((why) => `${place}: ${why}`)
}

function checkRelative(file: string, found: Import, target: string, sources: Sources): string[] {
  if (!target.startsWith(sourceFolder(file))) return ['outside its own src']
  const ending = EXAMPLE.test(file) ? path.posix.extname(file) : '.ts'
  if (!target.endsWith(ending)) return [`does not end in ${ending}`]
  if (!sources.has(target)) return ['no such file']
  const from = areaOf(file)
  const to = areaOf(target)
  const area = AREAS[from]
  if (from === to) return []
  if (area && !area.may.includes(to) && !(found.typeOnly && area.types?.includes(to)))
    return [`${from} may not import ${to}`]
  const within = AREAS[to]?.within
  if (within !== undefined && !found.typeOnly && !file.startsWith(`${within}/`))
    return [`only ${within} may import ${to}`]
  return isTop(to) ? [`nothing may import ${to}`] : []
}

function checkPackage(file: string, found: Import, dependencies: Dependencies): string[] {
  const name = found.specifier.split('/', found.specifier.startsWith('@') ? 2 : 1).join('/')
  const area = AREAS[areaOf(file)]
  const alone = [BROWSER, KIT, NETWORK, HOME].find((folder) => file.startsWith(`${folder}/`))
  if (alone) return name.startsWith('node:') ? [] : [`${alone} imports Node alone`]
  if (file.startsWith('packages/identity/')) return ['the contract imports nothing']
  if (found.specifier === '@superset/identity/conformance') return ['the conformance kit is for tests alone']
  if (name.startsWith('node:')) return checkBuiltin(file, found, area)

  const importers = WORKSPACES[name]
  if (importers && !importers.test(file)) return ['reached by hook name only, never imported']
  if (!importers && area?.packages === 'none') return [`${areaOf(file)} imports no package but @superset/identity`]
  if (area?.packages === 'not-oclif' && name.startsWith('@oclif/')) return [`${areaOf(file)} knows no oclif`]
  const isForDevelopment = found.typeOnly || file.startsWith('release/')
  const declared = isForDevelopment ? [...dependencies.runtime, ...dependencies.types] : dependencies.runtime
  return declared.includes(name) ? [] : [`not declared in ${packageFolder(file)}package.json`]
}

function checkBuiltin(file: string, {specifier, typeOnly}: Import, area: Area | undefined): string[] {
  const isAllowed = area?.node === undefined || typeOnly || area.node.includes(specifier)
  return isAllowed ? [] : [`${areaOf(file)} decides, and touches nothing`]
}

function checkCycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(files.map(({file, imports}) => [file, imports.flatMap(({target}) => target ?? [])]))
  return findCycles(graph).map((cycle) => `import cycle: ${[...cycle, cycle[0]].join(' -> ')}`)
}

/** Folders of a package have one direction between them, even where no file takes part in a cycle. */
function checkFolderCycles(files: readonly SourceFile[]): string[] {
  const graph = new Map<string, Set<string>>()
  for (const {file, imports} of files) {
    const from = areaOf(file)
    const targets = graph.get(from) ?? new Set()
    graph.set(from, targets)
    for (const {target} of imports) if (target !== undefined && areaOf(target) !== from) targets.add(areaOf(target))
  }

  return findCycles(graph).map((cycle) => `folder cycle: ${[...cycle, cycle[0]].join(' -> ')}`)
}

/** Commands and hooks are the top: oclif loads them, nothing of ours does. */
function isTop(area: string): boolean {
  return /\/(commands|hooks)$/.test(area)
}

/** The first folder below `src`; a file right below it is an area of its own, but for the CLI's, which share one. */
export function areaOf(file: string): string {
  const parted = PARTED.find((folder) => file.startsWith(`${folder}/`))
  if (parted !== undefined) {
    const [folder, inner] = file.slice(parted.length + 1).split('/')
    return folder === undefined || inner === undefined ? parted : `${parted}/${folder}`
  }

  const src = `${packageFolder(file)}src`
  const [first = '', ...rest] = path.posix.relative(src, file).split('/')
  const area = `${src}/${first}`
  return rest.length > 0 || src !== 'src' || area in AREAS ? area : 'src'
}

/** Where the sources are that a file may import by their path. */
function sourceFolder(file: string): string {
  return file.startsWith('release/') ? 'release/' : `${packageFolder(file)}src/`
}

/** `''` for the CLI, `packages/<name>/` and `examples/<name>/` for the others. */
function packageFolder(file: string): string {
  return /^(?:examples|packages)\/[^/]+\//.exec(file)?.[0] ?? ''
}
