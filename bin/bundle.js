#!/usr/bin/env node
// Puts packages of many small files into one file each, under dist/vendor: finding and reading the files is most of what
// a start costs. bin/prepare.js serves a bundle in the place of exactly that version, or the package where there is none.
import {build} from 'esbuild'
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
const {dependencies} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const folder = path.join(root, 'dist/vendor')
const require = createRequire(import.meta.url)

/**
 * What oclif imports at its start and seldom calls. These stand-ins load the real thing when it is called; the start
 * itself asks for exact plugin names only, and whether this is Windows' Linux.
 */
const standIns = {
  minimatch: `exports.minimatch = (name, pattern) => name === pattern || (/[*?[{!(]/.test(pattern) && require('minimatch').minimatch(name, pattern))`,
  'node:child_process': `exports.execSync = (...given) => process.getBuiltinModule('node:child_process').execSync(...given)`,
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

async function bundle(contents, outfile, options) {
  const {outputFiles} = await build({
    stdin: {contents, resolveDir: root},
    bundle: true,
    platform: 'node',
    target: 'node24',
    // What oclif imports only to run TypeScript sources, and a hook of one package manager.
    external: ['pnpapi', 'ts-node', 'tsx', 'tsx/*', 'typescript'],
    // bin/run.js checks the version of Node.
    define: {'process.env.OCLIF_DISABLE_ENGINE_WARNING': '"1"'},
    keepNames: true,
    legalComments: 'inline',
    logLevel: 'warning',
    write: false,
    ...options,
  })
  writeFileSync(path.join(folder, outfile), outputFiles[0].contents)
}

const fileName = (name) => `${name.replace('/', '-')}-${dependencies[name]}`

async function bundleOclif() {
  const name = '@oclif/core'
  const names = Object.keys(require(name))
    .filter((one) => one !== 'default')
    .join(', ')
  await bundle(`export {${names}} from '${name}'`, `${fileName(name)}.cjs`, {format: 'cjs', plugins: [late]})
  // For `import`: naming the exports here spares Node the search for them in the whole bundle.
  writeFileSync(
    path.join(folder, `${fileName(name)}.mjs`),
    `import {createRequire} from 'node:module'\nconst core = createRequire(import.meta.url)('./${fileName(name)}.cjs')\nexport const {${names}} = core\nexport default core\n`,
  )
}

rmSync(folder, {recursive: true, force: true})
mkdirSync(folder, {recursive: true})
await bundleOclif()
await bundle(
  "export {createTRPCUntypedClient, httpLink, TRPCClientError} from '@trpc/client'",
  `${fileName('@trpc/client')}.mjs`,
  {format: 'esm'},
)
