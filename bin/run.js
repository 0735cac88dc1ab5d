#!/usr/bin/env node
// Everything here runs on a Node that is too old as well, and before anything is loaded: keep it small.
import {existsSync, readFileSync, statSync} from 'node:fs'
import module from 'node:module'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {fileURLToPath, pathToFileURL} from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const pjson = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const argv = process.argv.slice(2)
const wantedMajor = 24

/** The caller's own cache folder. Cached code is trusted, so never a shared folder, nor another user's under sudo. */
function cacheFolder() {
  try {
    const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache')
    const owned = existsSync(base) ? base : path.dirname(base)
    if (!path.isAbsolute(base) || (process.getuid && statSync(owned).uid !== process.getuid())) return undefined
    return path.join(base, 'superset', 'compile')
  } catch (error) {
    if (error.code) return undefined // no home, or one that cannot be read: run uncached
    throw error
  }
}

/** Serves the packages that `bin/bundle.js` bundled from one file each; any other copy or version is left alone. */
function preferBundles(names) {
  const bundles = new Map()
  for (const [name, extension] of Object.entries(names)) {
    const file = path.join(root, 'dist/vendor', `${name.replace('/', '-')}-${pjson.dependencies[name]}.${extension}`)
    if (existsSync(file)) bundles.set(name, {from: import.meta.resolve(name), to: pathToFileURL(file).href})
  }

  module.registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      const bundle = bundles.get(specifier)
      return bundle?.from === resolved.url ? {...resolved, url: bundle.to} : resolved
    },
  })
}

if (Number(process.versions.node.split('.')[0]) < wantedMajor) {
  process.stderr.write(`superset needs Node ${wantedMajor} or newer; this is Node ${process.versions.node}.\n`)
  process.exitCode = 78
} else if (argv[0] === '--version' || argv[0] === '-v') {
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.stdout.write(`superset/${pjson.version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  const cache = cacheFolder()
  if (cache) module.enableCompileCache(cache)
  preferBundles({'@oclif/core': 'cjs', '@trpc/client': 'mjs'})
  const {main} = await import('../dist/main.js')
  await main(argv, {pjson, root})
}
