import {execFile} from 'node:child_process'
import {mkdirSync, symlinkSync} from 'node:fs'
import {cp, mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import type {Registry} from './registry.ts'
import {manifestOf, type PackageManifest, publishInstalled, repositoryPackages} from './repository-packages.ts'

const root = path.resolve(import.meta.dirname, '../..')
const NPM = path.join(root, 'node_modules/npm/bin/npm-cli.js')
const run = promisify(execFile)

/** An example as an author has it: a copy of its own, with the packages that it names installed, and no others. */
export class ExampleCopy implements AsyncDisposable {
  readonly folder: string
  readonly manifest: PackageManifest

  private constructor(folder: string) {
    this.folder = folder
    this.manifest = manifestOf(folder)
  }

  static async make(name: string): Promise<ExampleCopy> {
    const folder = await mkdtemp(path.join(tmpdir(), `${name}-`))
    const isSource = (file: string) => !['node_modules', 'dist'].includes(path.basename(file))
    await cp(path.join(root, 'examples', name), folder, {recursive: true, filter: isSource})
    return ExampleCopy.of(folder)
  }

  /** Of a folder that there is, with its packages installed; it is removed in the end. */
  static async of(folder: string): Promise<ExampleCopy> {
    const copy = new ExampleCopy(folder)
    linkInstalled(folder)
    return copy
  }

  /** @returns what `npm` printed. @throws Error with it when npm fails */
  async npm(...args: readonly string[]): Promise<string> {
    const program = [NPM, ...args, '--update-notifier=false']
    const {stdout} = await run(process.execPath, program, {cwd: this.folder}).catch((error: unknown) => {
      const {stderr = '', stdout: said = ''} = error as {readonly stderr?: string; readonly stdout?: string}
      throw new Error(`npm ${args.join(' ')} in ${this.manifest.name} failed:\n${said}${stderr}`, {cause: error})
    })
    return stdout
  }

  /** Builds and packs, as `npm publish` does before it sends. */
  async publish(registry: Registry): Promise<void> {
    const said = await this.npm('pack', '--silent')
    const tarball = await readFile(path.join(this.folder, said.trim().split('\n').at(-1) ?? ''))
    registry.publishTarball(this.manifest, tarball)
    const known = repositoryPackages()
    for (const [name, version] of Object.entries(this.manifest.dependencies ?? {}))
      publishInstalled(registry, known.get(`${name}@${version}`) ?? '')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, {recursive: true})
  }
}

/** Puts what a package names into its `node_modules`, as this repository has it installed; no registry is asked. */
export function linkInstalled(folder: string): void {
  const known = repositoryPackages()
  const modules = path.join(folder, 'node_modules')
  mkdirSync(path.join(modules, '.bin'), {recursive: true})
  const {dependencies, devDependencies} = manifestOf(folder)
  for (const [name, version] of Object.entries({...dependencies, ...devDependencies})) {
    const installed = known.get(`${name}@${version}`)
    if (installed === undefined) throw new Error(`This repository has no ${name}@${version}`)
    mkdirSync(path.dirname(path.join(modules, name)), {recursive: true})
    symlinkSync(installed, path.join(modules, name))
    const {bin = {}} = manifestOf(installed)
    const programs = typeof bin === 'string' ? {[path.basename(name)]: bin} : bin
    for (const [program, file] of Object.entries(programs))
      symlinkSync(path.join(installed, file), path.join(modules, '.bin', program))
  }
}
