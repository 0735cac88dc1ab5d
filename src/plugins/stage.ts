import {EXIT, isProblem, type Problem} from '@superset/identity'
import {refuseForeignHome} from '@superset/identity/home'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import {type ListedPlugin, listedIn, readObject} from './plugin-list.ts'
import {folderProblem, pluginProblem} from './problems.ts'
import {holdFile} from '../locks/hold-file.ts'

interface Manifest {
  readonly name?: string
  readonly private?: boolean
  readonly dependencies: Readonly<Record<string, string>>
  readonly oclif: {readonly plugins: readonly ListedPlugin[]; readonly [key: string]: unknown}
}

export interface StageOptions {
  /** Versions that were locked before do not count. */
  readonly anew?: boolean
  /** A list that cannot be read may be replaced. */
  readonly mend?: boolean
}

/**
 * Where the plugins of tomorrow are put together, beside those of today: on the same disk, and as deep, so that relative
 * paths in npm's files stay true. Whatever fails, and wherever it is interrupted, those of today remain. One run at a time has
 * one, by a lock that the kernel frees; each has a folder of its own, for the npm of a killed run may still write to its.
 */
export class Stage implements Disposable {
  readonly folder: string
  readonly #home: string
  readonly #lock: Disposable

  private constructor(home: string, lock: Disposable) {
    this.#home = home
    this.#lock = lock
    this.#sweep()
    this.folder = mkdtempSync(`${home}.staging-`)
  }

  /** @throws Problem PLUGIN_BUSY (75) while another run changes plugins, PLUGIN_FOLDER, PLUGIN_LIST_DAMAGED, STORE_FOREIGN_HOME (78) */
  static open(dataDir: string, {anew = false, mend = false}: StageOptions = {}): Stage {
    let lock: Disposable | undefined
    try {
      refuseForeignHome(dataDir)
      mkdirSync(dataDir, {recursive: true})
      const home = realpathSync(dataDir)
      lock = holdFile(`${home}.lock`)
      if (!lock) throw busy()
      const list = path.join(home, 'package.json')
      if (!mend && existsSync(list) && !readObject(list)) throw damagedList(list)
      const stage = new Stage(home, lock)
      if (!anew) stage.#copy('package-lock.json')
      // Linked, not copied: it may hold tokens.
      const npmrc = path.join(home, '.npmrc')
      if (existsSync(npmrc)) symlinkSync(npmrc, path.join(stage.folder, '.npmrc'))
      stage.write(stage.#read(home))
      return stage
    } catch (error) {
      lock?.[Symbol.dispose]()
      throw isProblem(error) ? error : folderProblem(dataDir, error)
    }
  }

  read(): Manifest {
    return this.#read(this.folder)
  }

  write(manifest: Manifest): void {
    writeFileSync(path.join(this.folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  }

  /** Lists a plugin, in the place of one of its name. */
  list(listed: ListedPlugin): void {
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

  /** No list, no lock of npm's, no plugin: as if none had ever been installed. */
  commitNothing(): void {
    for (const file of ['node_modules', 'package-lock.json', 'package.json', 'yarn.lock'])
      rmSync(path.join(this.#home, file), {recursive: true, force: true})
  }

  [Symbol.dispose](): void {
    try {
      rmSync(this.folder, {recursive: true, force: true, maxRetries: 3})
    } finally {
      this.#lock[Symbol.dispose]()
    }
  }

  /** What killed runs left. One that died between two steps of `commit` gives back what it had put aside. */
  #sweep(): void {
    const parent = path.dirname(this.#home)
    const modules = path.join(this.#home, 'node_modules')
    const own = `${path.basename(this.#home)}.staging`
    for (const name of readdirSync(parent).filter((one) => one === own || one.startsWith(`${own}-`))) {
      const before = path.join(parent, name, 'before')
      if (existsSync(before) && !existsSync(modules)) renameSync(before, modules)
      try {
        rmSync(path.join(parent, name), {recursive: true, force: true, maxRetries: 3})
      } catch (error) {
        // An npm that outlived its run still writes there: the next run sweeps it up.
        if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
      }
    }
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

function busy(): Problem {
  return pluginProblem('BUSY', 'Plugins are being changed by another run.', {
    exit: EXIT.temporary,
    suggestions: ['Wait until it has ended.'],
  })
}
