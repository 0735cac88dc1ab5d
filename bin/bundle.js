#!/usr/bin/env node
// Puts many small files into few: finding, reading and linking them is most of what a start costs (docs/decisions/0007).
// What is written here serves in the place of the files themselves, which remain, and serve where it is missing or older.
import {build} from 'rolldown'
import {globSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {builtinModules} from 'node:module'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
const fast = path.join(root, 'dist/fast')
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** The modules that the commands people start most evaluate, in a file for each group; all others are read when needed. */
const GROUPS = Object.entries(readJson(path.join(root, 'bin/start.json'))).map(([name, modules]) => ({
  name,
  files: new Set(modules.map((file) => path.join(root, file))),
}))

/** What is bundled, by the name that its files have below dist/fast. */
const PARTS = [
  {part: 'cli', folder: root, code: 'dist', files: ['main.js', 'cli/help.js', '{commands,hooks}/**/*.js']},
  {part: 'auth', folder: path.join(root, 'packages/plugin-auth'), code: 'dist', files: ['{commands,hooks}/**/*.js']},
  {part: 'help', folder: path.join(root, 'node_modules/@oclif/plugin-help'), code: 'lib', files: ['commands/*.js']},
]

/** Found when it is called, by the package that means it: a `require` of the bundler's would be lifted to the start of the file. */
const find = (name, from) => {
  const start = `process.getBuiltinModule('node:module').createRequire(__filename)`
  const owner = from ? `process.getBuiltinModule('node:module').createRequire(${start}.resolve('${from}'))` : start
  return `${owner}('${name}')`
}

/**
 * What is imported at the start and seldom called, and what loads it then. Of oclif's, the start itself asks for exact plugin
 * names only, and whether this is Windows' Linux; settings and policies are judged by a schema where there are any.
 */
const STAND_INS = {
  minimatch: `exports.minimatch = (name, pattern) => name === pattern || (/[*?[{!(]/.test(pattern) && ${find('minimatch', '@oclif/core')}.minimatch(name, pattern))`,
  'node:child_process': `exports.execSync = (...given) => process.getBuiltinModule('node:child_process').execSync(...given)
exports.spawn = (...given) => process.getBuiltinModule('node:child_process').spawn(...given)`,
  tinyglobby: `exports.glob = (...given) => ${find('tinyglobby', '@oclif/core')}.glob(...given)`,
  'wsl-utils': `exports.isWsl = process.platform === 'linux' && require('is-wsl').default
exports.powerShellPath = () => import('wsl-utils').then((utils) => utils.powerShellPath())`,
  '@cfworker/json-schema': `exports.Validator = function (...given) { return new (${find('./judge.cjs')}.Validator)(...given) }`,
}

const late = {
  name: 'late',
  resolveId(name, importer = '') {
    if (!(name in STAND_INS) || importer.includes('late:')) return undefined
    const isOurs = importer.startsWith(path.join(root, 'dist'))
    return isOurs === name.startsWith('@') && (isOurs || importer.includes('/@oclif/'))
      ? path.join(path.dirname(importer), `late:${name.replace('/', '+')}`)
      : undefined
  },
  load: (id) => STAND_INS[/[\\/]late:(.*)$/.exec(id)?.[1].replace('+', '/')],
}

const FROM_NODE = new RegExp(
  String.raw`^import (?:(?:\* as )?([\w$]+))?,? ?(?:\{([^}]*)\})? ?from ['"](?:node:)?(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})['"];?$`,
  'gm',
)

/** Functions of modules that cost much to load, which are loaded when one of them is called. */
const LATE_FUNCTIONS = {
  child_process: /^(?:spawn|spawnSync)$/,
  crypto: /^(?:create|hkdf|random|timingSafe|verify)/,
  http: /^request$/,
  tls: /^(?:connect|getCACertificates|setDefaultCACertificates)$/,
}

function taken(names, from) {
  const builtin = `globalThis.process.getBuiltinModule('node:${from}')`
  const pairs = names.split(',').map((one) => one.trim().split(' as '))
  const isLate = ([name]) => LATE_FUNCTIONS[from]?.test(name)
  const late = pairs.filter(isLate).map(([name, own = name]) => `${own} = (...given) => ${builtin}.${name}(...given)`)
  const early = pairs.filter((pair) => !isLate(pair)).map((pair) => pair.join(': '))
  return [...(early.length > 0 ? [`{${early.join(', ')}} = ${builtin}`] : []), ...late]
}

/** An `import` of one of Node's modules would be lifted to the start of the file; so it is loaded with the module that has it. */
const lateBuiltins = {
  name: 'late-builtins',
  transform(text) {
    const code = text.replaceAll(FROM_NODE, (_, whole, names, from) => {
      const all = whole ? [`${whole} = globalThis.process.getBuiltinModule('node:${from}')`] : []
      return `const ${[...all, ...(names ? taken(names, from) : [])].join(', ')};`
    })
    return code === text ? undefined : {code}
  },
}

const WHERE = 'superset:where'
/** What a module says of the place of its file holds for the file that it was made of. */
const place = {
  name: 'place',
  resolveId: (name) => (name === WHERE ? `\0${WHERE}` : undefined),
  load: (id) =>
    id === `\0${WHERE}`
      ? `const {createRequire} = process.getBuiltinModule('node:module')
const {pathToFileURL} = process.getBuiltinModule('node:url')
const {dirname, join} = process.getBuiltinModule('node:path')
export function whereIs(file) {
  const filename = join(__dirname, file)
  const resolve = (name) => pathToFileURL(createRequire(filename).resolve(name)).href
  return {filename, dirname: dirname(filename), url: pathToFileURL(filename).href, resolve}
}`
      : undefined,
  transform(text, file) {
    if (file.includes('node_modules') || !text.includes('import.meta.')) return undefined
    const here = `import {whereIs} from '${WHERE}'; const file__ = whereIs(${JSON.stringify(path.relative(fast, file))});`
    return {code: `${here}${text.replaceAll(/import\.meta\.(filename|dirname|url|resolve)\b/g, 'file__.$1')}`}
  },
}

/** Code that was compiled before has no `import()` of its own: it is handed one by bin/compiled.js. */
const importing = {
  name: 'importing',
  renderChunk(code) {
    const own = 'const importing = module.importing ?? ((name) => import(name));'
    return code.replaceAll(/(?<![\w.$])import\((?!\))/g, 'importing(').replace(/^("use strict";)?/, `$1${own}`)
  },
}

const bundles = PARTS.flatMap(({code, files, folder, part}) =>
  globSync(files, {cwd: path.join(folder, code)}).map((file) => [
    `${part}/${file.replace(/\.js$/, '')}`,
    path.join(folder, code, file),
  ]),
)
rmSync(fast, {recursive: true, force: true})
await build({
  cwd: root,
  input: Object.fromEntries(
    [...bundles, ['judge', '@cfworker/json-schema']].toSorted(([one], [other]) => (one < other ? -1 : 1)),
  ),
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  // Commands of these are extended by ours; the rest is native, has files of its own, or is read by few commands.
  external: [
    /^@oclif\/plugin-/,
    /^@(?:inquirer|napi-rs|sigstore)\//,
    ...['npm-package-arg', 'open', 'openid-client', 'semver', 'tar'],
  ]
    // What oclif imports only to run TypeScript sources, and a hook of one package manager.
    .concat(['pnpapi', 'ts-node', /^tsx/, 'typescript']),
  plugins: [late, lateBuiltins, place, importing],
  transform: {
    define: {
      // bin/run.js checks the version of Node.
      'process.env.OCLIF_DISABLE_ENGINE_WARNING': '"1"',
      // @trpc/client asks whether an input is a FormData, and that name alone makes Node load all of `fetch`. No input of
      // ours is one; nor is any a WeakRef, which costs nothing to ask.
      FormData: 'WeakRef',
    },
  },
  // A module that is imported in both ways, late and at once, is no fault here.
  onLog: (level, log, report) =>
    log.code === 'INEFFECTIVE_DYNAMIC_IMPORT' || level === 'info' ? undefined : report('error', log),
  output: {
    dir: fast,
    format: 'cjs',
    exports: 'named',
    entryFileNames: '[name].cjs',
    chunkFileNames: ({moduleIds}) =>
      `${GROUPS.find(({files}) => moduleIds.some((id) => files.has(id)))?.name ?? '[name]'}.cjs`,
    comments: false,
    keepNames: true,
    // Each module is evaluated when it is first imported, as it would be in a file of its own.
    strictExecutionOrder: true,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: GROUPS.map(({files, name}) => ({
        name,
        test: (id) => files.has(id) || (name === 'start' && /[\\/]late:|\0/.test(id)),
      })),
    },
  },
})

// bin/compiled.js reads a bundle as Latin-1, which is cheap, and right for ASCII alone. The bundler prints what a plugin of it
// has escaped as it was.
for (const name of globSync('**/*.cjs', {cwd: fast})) {
  const file = path.join(fast, name)
  const code = readFileSync(file, 'utf8')
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  writeFileSync(file, code.replaceAll(/[^\0-\x7F]/g, escape))
}

/** What oclif would read of the bundled plugins, in one file, with the bundles in the place of their modules. */
function prepared({code, folder, part}) {
  const {name, version, type, oclif} = readJson(path.join(folder, 'package.json'))
  const {commands} = readJson(path.join(folder, 'oclif.manifest.json'))
  const bundled = (file) => [part, ...file].join('/').replace(/\.js$/, '.cjs')
  const inside = (target) => target.replace(`./${code}/`, '').split('/')
  for (const command of Object.values(commands)) {
    command.isESM = false
    command.relativePath = bundled(command.relativePath.slice(1)).split('/')
  }
  const hooks = Object.fromEntries(
    Object.entries(oclif.hooks ?? {}).map(([event, target]) => [event, bundled(inside(target))]),
  )
  const helpClass = oclif.helpClass && bundled(inside(oclif.helpClass))
  // The CLI's own package.json is in hand at each start, and differs in a release.
  return [name, {...(folder !== root && {pjson: {name, version, type, oclif}}), commands, hooks, helpClass}]
}

const starts = GROUPS.map(({name}) => `${name}.cjs`)
const program = {starts, plugins: Object.fromEntries(PARTS.map(prepared))}
writeFileSync(path.join(fast, 'plugins.json'), JSON.stringify(program))

await import('./templates.js')
