import {EXIT, isProblem, type Problem} from '@superset/identity'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import {type Listed, listedIn, readObject} from './data-folder.ts'
import {npmProblem, pluginProblem} from './problems.ts'

interface Manifest {
  readonly name?: string
  readonly private?: boolean
  readonly dependencies: Readonly<Record<string, string>>
  readonly oclif: {readonly plugins: readonly Listed[]; readonly [key: string]: unknown}
}

/**
 * Where the plugins of tomorrow are put together, beside those of today: on the same disk, and as deep, so that relative
 * paths in npm's files stay true. Whatever fails, and wherever it is interrupted, those of today remain.
 */
export class Stage implements Disposable {
  readonly folder: string
  readonly #home: string

  private constructor(home: string) {
    this.#home = home
    this.folder = `${home}.staging`
  }

  /**
   * @param anew versions that were locked before do not count
   * @throws Problem PLUGIN_BUSY (75) while another run is installing, PLUGIN_FOLDER (78)
   */
  static open(dataDir: string, {anew = false}: {anew?: boolean} = {}): Stage {
    try {
      mkdirSync(dataDir, {recursive: true})
      const stage = new Stage(realpathSync(dataDir))
      const list = path.join(stage.#home, 'package.json')
      if (existsSync(list) && !readObject(list)) throw damagedList(list)
      stage.#claim()
      if (!anew) stage.#copy('package-lock.json')
      // Linked, not copied: it may hold tokens.
      const npmrc = path.join(stage.#home, '.npmrc')
      if (existsSync(npmrc)) symlinkSync(npmrc, path.join(stage.folder, '.npmrc'))
      stage.write(stage.#read(stage.#home))
      return stage
    } catch (error) {
      if (isProblem(error)) throw error
      const {code = 'unknown', message} = error as NodeJS.ErrnoException
      throw npmProblem(code, message, error)
    }
  }

  read(): Manifest {
    return this.#read(this.folder)
  }

  write(manifest: Manifest): void {
    writeFileSync(path.join(this.folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  }

  /** Lists a plugin, in the place of one of its name. */
  list(listed: Listed): void {
    const {oclif, ...rest} = this.read()
    const others = oclif.plugins.filter(({name}) => name !== listed.name)
    this.write({...rest, oclif: {...oclif, plugins: [...others, listed]}})
  }

  /** From now on these are the plugins. The list comes last. */
  commit(): void {
    const modules = path.join(this.#home, 'node_modules')
    const next = path.join(this.folder, 'node_modules')
    if (existsSync(modules)) renameSync(modules, path.join(this.folder, 'before'))
    if (existsSync(next)) renameSync(next, modules)
    for (const file of ['package-lock.json', 'package.json']) {
      if (existsSync(path.join(this.folder, file)))
        renameSync(path.join(this.folder, file), path.join(this.#home, file))
      else rmSync(path.join(this.#home, file), {force: true})
    }
  }

  /** The list alone; what is installed stays as it is. */
  commitList(): void {
    renameSync(path.join(this.folder, 'package.json'), path.join(this.#home, 'package.json'))
  }

  forgetLock(): void {
    rmSync(path.join(this.folder, 'package-lock.json'), {force: true})
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, {recursive: true, force: true, maxRetries: 3})
  }

  /** The folder is the lock as well. One that a killed run left behind is taken over. */
  #claim(): void {
    const owner = path.join(this.folder, 'pid')
    try {
      mkdirSync(this.folder, {mode: 0o700})
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (isAlive(Number(readText(owner))))
        throw pluginProblem('BUSY', 'Plugins are being installed by another run.', {
          exit: EXIT.temporary,
          suggestions: ['Wait until it has ended.'],
        })
      rmSync(this.folder, {recursive: true, force: true})
      mkdirSync(this.folder, {mode: 0o700})
    }

    writeFileSync(owner, String(process.pid))
  }

  #copy(file: string): void {
    const from = path.join(this.#home, file)
    // A lock that is not JSON is as good as none.
    if (readObject(from)) copyFileSync(from, path.join(this.folder, file))
  }

  #read(folder: string): Manifest {
    const found = readObject(path.join(folder, 'package.json')) ?? {}
    const {dependencies = {}, oclif = {}} = found as Partial<Manifest>
    return {
      name: 'superset',
      private: true,
      ...found,
      dependencies,
      oclif: {schema: 1, ...oclif, plugins: listedIn(found)},
    }
  }
}

/** Written anew it would be empty, and what was installed forgotten. */
function damagedList(file: string): Problem {
  return pluginProblem('LIST_DAMAGED', `${file}, which lists your plugins, cannot be read.`, {
    exit: EXIT.configuration,
    suggestions: ['Correct it; or remove it, and install your plugins again.'],
  })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
