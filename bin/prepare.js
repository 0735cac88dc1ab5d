// What makes the start of a command fast: cached compiled code, and bundles in the place of many small files.
import {offerCompiled, readPrepared} from './compiled.js'
import {settleEnvironment} from './environment.js'

// Not imported: `import` reads every export of one of Node's modules, and with it loads streams, and opens standard input.
const {chmodSync, existsSync, mkdirSync, realpathSync, statSync} = process.getBuiltinModule('node:fs')
const {createRequire, enableCompileCache} = process.getBuiltinModule('node:module')
const path = process.getBuiltinModule('node:path')

const root = path.dirname(import.meta.dirname)
const fast = path.join(root, 'dist/fast')
/** What is in the bundles. */
const COMPILED = ['dist', 'packages/identity/dist', 'packages/plugin-auth/dist']

/** @returns `main`, and what is to be said to it of this installation */
export async function prepare() {
  settleEnvironment(process.env)
  try {
    const cache = cacheFolder(process.env.XDG_CACHE_HOME, process.env.HOME)
    if (cache) enableCompileCache(cache)
  } catch (error) {
    // A home that may not even be looked at: the start is slower then, and what is wrong is said by who needs the home.
    if (error.syscall === undefined) throw error
  }

  if (!isFresh()) return {...(await import('../dist/main.js')), root}
  const {prepared, starts} = readPrepared(fast)
  offerCompiled(starts)
  const {main} = createRequire(import.meta.url)('../dist/fast/cli/main.cjs')
  return {main, root, prepared}
}

/** False where there are no bundles, and where the compiler has written since they were made; a release has no such file. */
function isFresh() {
  const bundled = statSync(path.join(fast, 'plugins.json'), {throwIfNoEntry: false})
  const isOlder = (dist) =>
    statSync(path.join(root, dist, '.tsbuildinfo'), {throwIfNoEntry: false})?.mtimeMs > bundled.mtimeMs
  return bundled !== undefined && !COMPILED.some(isOlder)
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
