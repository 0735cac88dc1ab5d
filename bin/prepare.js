// What makes the start of a command fast: cached compiled code, and bundles in the place of many small files.
import {existsSync, statSync} from 'node:fs'
import module from 'node:module'
import path from 'node:path'
import process from 'node:process'

const root = path.dirname(import.meta.dirname)

/** @returns the folder of this installation */
export function prepare(versions) {
  const cache = cacheFolder(process.env.XDG_CACHE_HOME, process.env.HOME)
  if (cache) module.enableCompileCache(cache)
  preferBundles(['@oclif/core', '@trpc/client'], versions)
  return root
}

/** The caller's own cache folder. Cached code is trusted, so never a shared folder, nor another user's under sudo. */
function cacheFolder(caches, home = process.getBuiltinModule('node:os').homedir()) {
  const base = caches || path.join(home, '.cache')
  const owner = (existsSync(base) ? statSync(base, {throwIfNoEntry: false}) : statSync(home, {throwIfNoEntry: false}))
    ?.uid
  const isOwn = owner !== undefined && (!process.getuid || owner === process.getuid())
  return path.isAbsolute(base) && isOwn ? path.join(base, 'superset', 'compile') : undefined
}

/** Serves what `bin/bundle.js` bundled; any other copy or version of those packages is left alone. */
function preferBundles(names, versions) {
  const bundles = new Map()
  for (const name of names) {
    const file = `dist/vendor/${name.replace('/', '-')}-${versions[name]}`
    if (existsSync(path.join(root, `${file}.mjs`))) bundles.set(name, new URL(`../${file}`, import.meta.url).href)
  }

  const own = new URL('../dist/', import.meta.url).href
  const replaced = new Map()
  module.registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      const bundle = bundles.get(specifier)
      if (!bundle) return resolved
      // Our own code asks first; whoever means the same file as we do then gets the same bundle.
      if (context.parentURL?.startsWith(own)) replaced.set(specifier, resolved.url)
      if (replaced.get(specifier) !== resolved.url) return resolved
      const isImport = context.conditions.includes('import')
      if (!isImport && !existsSync(new URL(`${bundle}.cjs`))) return resolved
      return {...resolved, url: `${bundle}.${isImport ? 'mjs' : 'cjs'}`, format: isImport ? 'module' : 'commonjs'}
    },
  })
}
