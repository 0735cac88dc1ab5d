// What makes the start of a command fast: cached compiled code, and bundles in the place of many small files.
import {chmodSync, existsSync, mkdirSync, realpathSync, statSync} from 'node:fs'
import module from 'node:module'
import path from 'node:path'
import process from 'node:process'
import {settleEnvironment} from './environment.js'

const root = path.dirname(import.meta.dirname)
const own = new URL('../dist/', import.meta.url).href
/** Modules that are imported from outside their package: by bin/run.js, or by oclif. */
const ENTRY = /^(.*\/dist\/)((?:commands|hooks)\/.*|main\.js|cli\/help\.js)$/

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

/**
 * The caller's own cache folder. Cached code is executed: unless every folder on the way to it, links followed, is one that
 * only its owner (the caller or root) can change, there is no cache. A sticky folder, such as /tmp, is one where others
 * cannot take a folder of ours away; they could have made it first, though, and then it is not ours.
 */
function cacheFolder(caches, home = process.getBuiltinModule('node:os').homedir()) {
  const base = caches || path.join(home, '.cache')
  if (!path.isAbsolute(base)) return undefined
  const cache = path.join(base, 'superset', 'compile')
  if (!process.getuid) return cache
  let found
  for (found = cache; !existsSync(found); found = path.dirname(found));
  // Where the cache is made, it is the caller's own folder that it is made in: not another user's, under sudo.
  const isOwn = statSync(found).uid === process.getuid()
  return isOwn && isSafe(realpathSync(found)) && isSafe(found) && close(cache) ? cache : undefined
}

/** Node makes the folders inside as the umask has it: nobody else gets that far. */
function close(cache) {
  try {
    mkdirSync(cache, {recursive: true, mode: 0o700})
    if (statSync(cache).mode & 0o077) chmodSync(cache, 0o700)
    return true
  } catch {
    // A home that cannot be written is no fault; it is only slower.
    return false
  }
}

function isSafe(folder) {
  for (let at = folder, below; ; below = at, at = path.dirname(at)) {
    const {mode, uid} = statSync(at)
    if (uid !== 0 && uid !== process.getuid()) return false
    // The sticky bit protects what is in there already, so it does not help where the next folder is still to be made.
    if (mode & 0o022 && !(mode & 0o1000 && below !== undefined)) return false
    if (at === path.dirname(at)) return true
  }
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
