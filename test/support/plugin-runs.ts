import {run, settings} from '@oclif/core'
import {isProblem, type Problem} from '@superset/identity'
import {existsSync, readFileSync} from 'node:fs'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {assertPublishedShape, publishedShape} from './published-shape.ts'
import {programUnderPolicy} from '../../src/plugin-host/enforce-policy.ts'
import {parseCommandLine} from '../../src/cli/command-line.ts'
import {currentRun} from '../../src/cli/current-run.ts'
import {loadPolicy} from '../../src/policy/current.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** `superset plugins …` in this process, from the sources, with a policy of the test's and a data folder of its own. */
export class PluginRuns implements AsyncDisposable {
  readonly folder: string
  readonly #pjson: unknown
  /** Everything that was written to stderr. */
  said = ''
  /** What the last run wrote to stdout. */
  printed = ''

  private constructor(folder: string) {
    this.folder = folder
    const text = readFileSync(path.join(ROOT, 'package.json'), 'utf8')
    this.#pjson = JSON.parse(
      text.replaceAll(/"\.\/dist\/([^"]*)\.js"/g, '"./src/$1.ts"').replaceAll('"./dist/', '"./src/'),
    )
  }

  static async create(registry: string): Promise<PluginRuns> {
    const runs = new PluginRuns(await mkdtemp(path.join(os.tmpdir(), 'plugin-runs-')))
    settings.enableAutoTranspile = false
    Object.assign(process.env, {
      HOME: runs.folder,
      SUPERSET_DATA_DIR: runs.dataDir,
      SUPERSET_CACHE_DIR: path.join(runs.folder, 'cache'),
      SUPERSET_NPM_REGISTRY: registry,
      npm_config_cache: path.join(runs.folder, 'npm'),
    })
    return runs
  }

  get dataDir(): string {
    return path.join(this.folder, 'data/superset')
  }

  /** Nothing of what was installed is left, and npm has another cache. */
  async clear(): Promise<void> {
    await rm(this.dataDir, {recursive: true, force: true, maxRetries: 5})
    await this.forgetCache()
  }

  async forgetCache(): Promise<void> {
    process.env['npm_config_cache'] = await mkdtemp(path.join(this.folder, 'npm-'))
  }

  /** @returns what it was refused with */
  async run(args: readonly string[], plugins?: object): Promise<Problem | undefined> {
    const file = path.join(this.folder, 'policy.json')
    if (plugins) await writeFile(file, JSON.stringify({plugins}))
    else await rm(file, {force: true})
    // Settings of npm that an earlier policy made.
    for (const name of Object.keys(process.env))
      if (/^npm_config_(?!cache)/.test(name)) Reflect.deleteProperty(process.env, name)
    await loadPolicy(plugins ? file : path.join(this.folder, 'none/policy.json'))
    const program = {root: ROOT, pjson: this.#pjson, ignoreManifest: true} as never
    const [write, writeError] = [process.stdout.write.bind(process.stdout), process.stderr.write.bind(process.stderr)]
    this.printed = ''
    process.stdout.write = capture((text) => (this.printed += text))
    process.stderr.write = capture((text) => (this.said += text))
    try {
      currentRun.line = parseCommandLine(args, false)
      await run([...args], await programUnderPolicy(() => currentRun.line, program))
      return undefined
    } catch (error) {
      if (isProblem(error)) return error
      throw error
    } finally {
      process.stdout.write = write
      process.stderr.write = writeError
    }
  }

  /** What a run prints that nothing is wrong with. */
  async text(args: readonly string[]): Promise<string> {
    const problem = await this.run(args)
    if (problem) throw problem
    return this.printed
  }

  async json<T = unknown>(args: readonly string[]): Promise<T> {
    const text = await this.text([...args, '--json'])
    const words = args.filter((word) => /^[a-z]+$/.test(word))
    assertPublishedShape(publishedShape(words.slice(0, 2).join(' ')) ? words.slice(0, 2).join(' ') : 'plugins', text)
    return JSON.parse(text) as T
  }

  isInstalled(name: string): boolean {
    return existsSync(path.join(this.dataDir, 'node_modules', name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, {recursive: true, force: true, maxRetries: 5})
  }
}

/** Whoever writes waits to hear that it has left. */
function capture(add: (text: string) => void): typeof process.stdout.write {
  return (text: string | Uint8Array, ...rest: readonly unknown[]) => {
    add(String(text))
    const done = rest.at(-1)
    if (typeof done === 'function') (done as () => void)()
    return true
  }
}
