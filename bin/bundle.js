#!/usr/bin/env node
// Puts many small files into one: finding and reading them is most of what a start costs. bin/prepare.js serves what is
// written here in the place of the files themselves, which remain, and serve where a bundle is missing or out of date.
import {build} from 'esbuild'
import {globSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
const {dependencies} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const require = createRequire(import.meta.url)

/**
 * What oclif imports at its start and seldom calls. These stand-ins load the real thing when it is called; the start
 * itself asks for exact plugin names only, and whether this is Windows' Linux.
 */
const standIns = {
  minimatch: `exports.minimatch = (name, pattern) => name === pattern || (/[*?[{!(]/.test(pattern) && require('minimatch').minimatch(name, pattern))`,
  'node:child_process': `exports.execSync = (...given) => process.getBuiltinModule('node:child_process').execSync(...given)
exports.spawn = (...given) => process.getBuiltinModule('node:child_process').spawn(...given)`,
  tinyglobby: `exports.glob = (...given) => require('tinyglobby').glob(...given)`,
  'wsl-utils': `exports.isWsl = process.platform === 'linux' && require('is-wsl').default
exports.powerShellPath = () => import('wsl-utils').then((utils) => utils.powerShellPath())`,
}

const late = {
  name: 'late',
  setup({onLoad, onResolve}) {
    onResolve({filter: new RegExp(`^(?:${Object.keys(standIns).join('|')})$`)}, ({importer, path: name}) =>
      importer.includes('@oclif') ? {path: name, namespace: 'late', pluginData: path.dirname(importer)} : undefined,
    )
    onLoad({filter: /.*/, namespace: 'late'}, ({path: name, pluginData}) => ({
      contents: standIns[name],
      resolveDir: pluginData,
    }))
  },
}

/** An `import` of a builtin would be lifted to the start of the bundle; this way it is loaded with the module that has it. */
const lateBuiltins = {
  name: 'late-builtins',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^node:/}, ({path: name}) => ({path: name, namespace: 'builtin'}))
    onLoad({filter: /.*/, namespace: 'builtin'}, ({path: name}) => ({
      contents: `module.exports = process.getBuiltinModule('${name}')`,
    }))
  },
}

/** Settings and policies are judged by it, where there are any; most starts have none. */
const lateSchemas = {
  name: 'late-schemas',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^@cfworker\/json-schema$/}, ({kind, path: name, resolveDir}) =>
      kind === 'import-statement' ? {path: name, namespace: 'late-schemas', pluginData: resolveDir} : undefined,
    )
    onLoad({filter: /.*/, namespace: 'late-schemas'}, ({path: name, pluginData}) => ({
      contents: `exports.Validator = function (...given) { return new (require('${name}').Validator)(...given) }`,
      resolveDir: pluginData,
    }))
  },
}

async function bundle(contents, resolveDir, options) {
  const {outputFiles} = await build({
    stdin: {contents, resolveDir},
    bundle: true,
    platform: 'node',
    target: 'node24',
    keepNames: true,
    legalComments: 'inline',
    logLevel: 'warning',
    write: false,
    ...options,
  })
  return outputFiles[0].contents
}

async function bundleOclif(folder) {
  const name = '@oclif/core'
  const file = `oclif-core-${dependencies[name]}`
  const names = Object.keys(require(name)).filter((one) => one !== 'default')
  const list = names.join(', ')
  const code = await bundle(`export {${list}} from '${name}'`, root, {
    format: 'cjs',
    plugins: [late],
    // What oclif imports only to run TypeScript sources, and a hook of one package manager.
    external: ['pnpapi', 'ts-node', 'tsx', 'tsx/*', 'typescript'],
    // bin/run.js checks the version of Node.
    define: {'process.env.OCLIF_DISABLE_ENGINE_WARNING': '"1"'},
  })
  writeFileSync(path.join(folder, `${file}.cjs`), code)
  // For `import`: naming the exports here spares Node the search for them in the whole bundle.
  const named = `const core = createRequire(import.meta.url)('./${file}.cjs')\nexport const {${list}} = core\nexport default core\n`
  writeFileSync(path.join(folder, `${file}.mjs`), `import {createRequire} from 'node:module'\n${named}`)
}

/**
 * One file for all modules of a package, each evaluated when it is first imported, and a small file for each module that
 * is imported from outside: so there is one copy of every module, whoever imports it.
 */
async function bundlePackage(dist, entries, options = {}) {
  const folder = path.join(dist, 'fast')
  const files = globSync(entries, {cwd: dist}).toSorted()
  const imports = files.map((file) => `  '${file}': () => import('./${file}'),`)
  rmSync(folder, {recursive: true, force: true})
  for (const file of files) {
    const up = '../'.repeat(file.split('/').length - 1) || './'
    const names = readFileSync(path.join(dist, file), 'utf8').includes('export default')
      ? 'default: value'
      : 'main: value'
    const as = names.startsWith('default') ? 'export default value' : 'export const main = value'
    mkdirSync(path.dirname(path.join(folder, file)), {recursive: true})
    writeFileSync(
      path.join(folder, file),
      `import {entries} from '${up}all.js'\nconst {${names}} = await entries['${file}']()\n${as}\n`,
    )
  }

  const code = await bundle(`export const entries = {\n${imports.join('\n')}\n}`, dist, {format: 'esm', ...options})
  writeFileSync(path.join(folder, 'all.js'), code)
}

/** What starts in a process or a thread of its own has a file of its own, beside the plugin's modules and not in the bundle. */
const startedStays = {
  name: 'started-stays',
  setup({onLoad}) {
    onLoad({filter: /(?:refresh[\\/]launch|keychain[\\/]native)\.js$/}, ({path: file}) => ({
      contents: readFileSync(file, 'utf8').replaceAll(
        'import.meta.url',
        `new URL('../${path.basename(path.dirname(file))}/${path.basename(file)}', import.meta.url).href`,
      ),
    }))
  },
}

/** cross-keychain names Node's modules without their prefix; what its own back ends start is never started, ours is there. */
const keychainAlone = {
  name: 'keychain-alone',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^(?:child_process|crypto|fs|os|path|url)$/}, ({importer, path: name}) =>
      importer.includes('cross-keychain') ? {path: `node:${name}`, namespace: 'keychain'} : undefined,
    )
    onLoad({filter: /.*/, namespace: 'keychain'}, ({path: name}) => ({
      contents: standIns[name] ?? `module.exports = process.getBuiltinModule('${name}')`,
    }))
  },
}

const vendor = path.join(root, 'dist/vendor')
rmSync(vendor, {recursive: true, force: true})
mkdirSync(vendor, {recursive: true})
await bundleOclif(vendor)
await bundlePackage(path.join(root, 'dist'), ['main.js', 'cli/help.js', '{commands,hooks}/**/*.js'], {
  // @trpc/client asks whether an input is a FormData, and that name alone makes Node load all of `fetch`. No input of
  // ours is one; nor is any a WeakRef, which costs nothing to ask.
  define: {FormData: 'WeakRef'},
  external: ['@inquirer/*', '@oclif/*', '@sigstore/*', 'npm-package-arg', 'semver', 'tar'],
  plugins: [lateBuiltins, lateSchemas],
})
await bundlePackage(path.join(root, 'packages/plugin-auth/dist'), ['{commands,hooks}/**/*.js'], {
  external: ['@oclif/*', '@inquirer/*', '@napi-rs/*', 'open', 'openid-client'],
  plugins: [startedStays, keychainAlone, lateBuiltins],
})
