// What every start evaluates, with the compiled code that the build made beside it (docs/decisions/0007).
const {existsSync, readFileSync} = process.getBuiltinModule('node:fs')
const {createRequire, Module} = process.getBuiltinModule('node:module')
const path = process.getBuiltinModule('node:path')
const {Script} = process.getBuiltinModule('node:vm')

/** What the code is good for: V8 takes none of another version, and refuses what was made with other flags. */
const KIND = `${process.version}-${process.platform}-${process.arch}`

export const codeFile = (file) => `${file}.${KIND}.code`

/**
 * What bin/bundle.js has written into the folder of the bundles.
 * @returns what `main` is told of it, and the bundles of what every start evaluates. @throws errors of the file system
 */
export function readPrepared(folder) {
  const {plugins, starts} = JSON.parse(readFileSync(path.join(folder, 'plugins.json'), 'utf8'))
  return {prepared: {folder, plugins}, starts: starts.map((name) => path.join(folder, name))}
}

/** As Node's own loader wraps it. @throws errors of the file system */
export function compile(file, cachedData) {
  const source = readFileSync(file).latin1Slice()
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}\n})`
  return new Script(wrapped, {filename: file, cachedData})
}

export function evaluate(script, file) {
  const module = Object.assign(new Module(file), {filename: file, loaded: true, importing: (name) => import(name)})
  const require = createRequire(file)
  Object.defineProperty(require.cache, file, {value: module, configurable: true, enumerable: true, writable: true})
  script.runInThisContext()(module.exports, require, module, file, path.dirname(file))
  return module
}

/**
 * Lets `require` find bundles with their code, each when it is first asked for. One without code for this Node, or with code
 * that is damaged or cannot be read, is left to Node's own loader and its cache.
 */
export function offerCompiled(files) {
  const {cache} = createRequire(import.meta.url)
  for (const file of files.filter((one) => existsSync(codeFile(one)))) {
    const load = () => {
      delete cache[file]
      const code = read(codeFile(file))
      const script = code && compile(file, code)
      return script?.cachedDataRejected === false ? evaluate(script, file) : undefined
    }
    Object.defineProperty(cache, file, {get: load, configurable: true, enumerable: true})
  }
}

function read(file) {
  try {
    return readFileSync(file)
  } catch (error) {
    if (error.syscall === undefined) throw error
    return undefined
  }
}
