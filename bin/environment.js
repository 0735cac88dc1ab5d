// What the environment says of this machine is put right once, before anything reads it: everything below, the libraries
// and the programs that a command starts included, then meets a home and folders that are absolute paths.
const os = process.getBuiltinModule('node:os')
const path = process.getBuiltinModule('node:path')

/** Nothing can be made below it, not even by root, and reading there finds nothing. */
const NOWHERE = '/dev/null'
const FOLDERS = [
  ...['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME'],
  ...['TMPDIR', 'TEMP', 'TMP'],
]

/** @param env changed in place; `process.env` */
export function settleEnvironment(env) {
  settleHome(env)
  // oclif takes the shell's name from the passwd entry, which a container's user may not have, and fails without one.
  if (env.SHELL === undefined && passwdEntry() === undefined) env.SHELL = '/bin/sh'
  // A relative one is invalid (XDG Base Directory Specification) and would lead into whatever folder somebody stands in.
  for (const name of FOLDERS) if (env[name] !== undefined && !path.isAbsolute(env[name])) delete env[name]
  // Node warns where both are set, and then colours.
  if (env.NO_COLOR) delete env.FORCE_COLOR
}

/**
 * Fault rows 105, 106. An empty or relative HOME would make the current folder the home: a file there, of a cloned
 * repository say, would choose whose session is used, and tokens would be written into it.
 */
function settleHome(env) {
  if (process.platform === 'win32' || (env.HOME !== undefined && path.isAbsolute(env.HOME))) return
  const own = env.SUPERSET_HOME_DIR?.trim() ?? ''
  const home = [passwdEntry()?.homedir ?? '', own].find((folder) => path.isAbsolute(folder))
  env.HOME = home ?? NOWHERE
}

/** What the system knows of this user; not `os.homedir()`, which is HOME again. */
function passwdEntry() {
  try {
    return os.userInfo()
  } catch (error) {
    if (error.code === 'ERR_SYSTEM_ERROR') return undefined
    throw error
  }
}
