// What makes the start of a command fast: cached compiled code, and bundles in the place of many small files.
import {existsSync, statSync} from 'node:fs'
import module from 'node:module'
import path from 'node:path'
import process from 'node:process'
import {settleEnvironment} from './environment.js'

const root = path.dirname(import.meta.dirname)
const own = new URL('../dist/', import.meta.url).href
/** Modules that are imported from outside their package: by bin/run.js, or by oclif. */
const ENTRY = /^(.*\/dist\/)((?:commands|hooks)\/.*|main\.js|help\.js)$/

/** @returns the folder of this installation */
export function prepare(versions) {
  settleEnvironment(process.env)
  try {
    const cache = cacheFolder(process.env.XDG_CACHE_HOME, process.env.HOME)
    if (cache) module.enableCompileCache(cache)
  } catch (error) {
    // A home that may not even be looked at: the start is slower then, and what is wrong is said by who needs the home.
    if (error.syscall === undefined) throw error
  }

  preferBundles(new URL(`vendor/oclif-core-${versions['@oclif/core']}`, own).href)
  return root
}

/** The caller's own cache folder. Cached code is trusted, so never a shared folder, nor another user's under sudo. */
function cacheFolder(caches, home = process.getBuiltinModule('node:os').homedir()) {
  const base = caches || path.join(home, '.cache')
  const owner = statSync(existsSync(base) ? base : home, {throwIfNoEntry: false})?.uid
  const isOwn = owner !== undefined && (!process.getuid || owner === process.getuid())
  return path.isAbsolute(base) && isOwn ? path.join(base, 'superset', 'compile') : undefined
}

/** Serves what `bin/bundle.js` wrote. */
function preferBundles(oclif) {
  const isBundled = existsSync(new URL(`${oclif}.mjs`))
  const fresh = new Map()
  let replaced
  module.registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      if (specifier === '@oclif/core' && isBundled) {
        // Our own code asks first; who means the same file then gets the same bundle, any other copy is left alone.
        if (context.parentURL?.startsWith(own)) replaced ??= resolved.url
        if (replaced !== resolved.url) return resolved
        const isImport = context.conditions.includes('import')
        return {...resolved, url: `${oclif}.${isImport ? 'mjs' : 'cjs'}`, format: isImport ? 'module' : 'commonjs'}
      }

      const [, dist, entry] = ENTRY.exec(resolved.url) ?? []
      if (dist !== own && !dist?.endsWith('/plugin-auth/dist/')) return resolved
      if (!fresh.has(dist)) fresh.set(dist, isFresh(dist))
      return fresh.get(dist) ? {...resolved, url: `${dist}fast/${entry}`} : resolved
    },
  })
}

/** False where there is no bundle, and where the compiler has written since it was made. */
function isFresh(dist) {
  const bundled = statSync(new URL('fast/all.js', dist), {throwIfNoEntry: false})
  const compiled = statSync(new URL('.tsbuildinfo', dist), {throwIfNoEntry: false})
  return bundled !== undefined && !(compiled?.mtimeMs > bundled.mtimeMs)
}
