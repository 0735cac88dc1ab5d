import {execFile} from 'node:child_process'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {promisify} from 'node:util'
import {ROOT, signIn} from '../../../bench/signed-in.ts'

const run = promisify(execFile)

/** The commands that people, shells and agents start most. */
export const STARTS = [
  '--version',
  '--help',
  'tasks list --help',
  'autocomplete complete -- ta',
  'auth status',
  'tasks list',
] as const
export type Start = (typeof STARTS)[number]

/** What a start loads: paths in this repository, in the order of loading. */
export interface StartTrace {
  readonly start: Start
  /** Without bundles: in a bundle one cannot see which of its modules are evaluated. */
  readonly modules: readonly string[]
  /** With them. */
  readonly files: readonly string[]
}

/** How the program is started with what records what it loads; each prints nothing of its own. */
const UNBUNDLED = `const {main} = await import('${ROOT}/dist/main.js')
const pjson = JSON.parse(readFileSync('package.json', 'utf8'))
await main(process.argv.slice(2), {pjson, root: process.cwd()})`
const BUNDLED = `const {cache} = createRequire(import.meta.url)
process.on('exit', () => note(...Object.keys(cache).filter((name) => Object.getOwnPropertyDescriptor(cache, name)?.value)))
await import('${ROOT}/bin/run.js')`

function recorder(list: string, program: string): string {
  return `import {createRequire, registerHooks} from 'node:module'
import {appendFileSync, readFileSync} from 'node:fs'
const note = (...files) => appendFileSync(${JSON.stringify(list)}, files.map((file) => file + '\\n').join(''))
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) note(new URL(url).pathname)
    return next(url, context)
  },
})
${program}`
}

/** Runs each of them with a session that is fresh, twice. */
export async function traceStarts(): Promise<readonly StartTrace[]> {
  const {close, env, home} = await signIn()
  const list = path.join(home, 'loaded.txt')
  const script = path.join(home, 'recorder.mjs')
  const trace = async (start: string, program: string): Promise<string[]> => {
    await writeFile(list, '')
    await writeFile(script, recorder(list, program))
    await run(process.execPath, [script, ...start.split(' ')], {cwd: ROOT, env})
    const files = (await readFile(list, 'utf8')).split('\n').filter((file) => file && file !== script)
    return [...new Set(files.map((file) => path.relative(ROOT, file)))]
  }
  try {
    const traces: StartTrace[] = []
    for (const start of STARTS) {
      const modules = start === '--version' ? [] : await trace(start, UNBUNDLED)
      traces.push({start, modules, files: await trace(start, BUNDLED)})
    }

    return traces
  } finally {
    await close()
  }
}
