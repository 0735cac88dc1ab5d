import {statSync} from 'node:fs'
import path from 'node:path'
import type {Start, StartTrace} from './trace.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')

/** What `bin/start.json` says: what every start evaluates, what a session needs beside it, and what a request needs. */
export type StartGroups = Readonly<Record<'start' | 'start-session' | 'start-request', readonly string[]>>

/** What the starts cost, in things that no busy machine changes. */
export type StartCosts = Readonly<Record<string, {modules: number; files: readonly string[]; kilobytes: number}>>

/** Evaluated by oclif only to load the real thing late: `bin/bundle.js` puts a stand-in there, and leaves these out. */
const STOOD_IN =
  /^node_modules\/(?:.*\/)?(?:brace-expansion|fdir|minimatch|picomatch|semver|tinyglobby|wsl-utils|@cfworker)\//

/** The modules that a bundle is made of, each in the first group that evaluates it, in the order of their names. */
export function groupModules(traces: readonly StartTrace[]): StartGroups {
  const evaluated = (...starts: Start[]): string[] => [
    ...new Set(traces.filter((one) => starts.includes(one.start)).flatMap(({modules}) => modules)),
  ]
  const start = evaluated('--help', 'tasks list --help', 'autocomplete complete -- ta')
  const session = evaluated('auth status').filter((name) => !start.includes(name))
  const request = evaluated('tasks list').filter((name) => ![...start, ...session].includes(name))
  const inOrder = (names: readonly string[]) => names.filter((name) => !STOOD_IN.test(name)).toSorted()
  return {start: inOrder(start), 'start-session': inOrder(session), 'start-request': inOrder(request)}
}

/** Kilobytes are those of the bundles and files that are read, in tens. */
export function costsOf(traces: readonly StartTrace[]): StartCosts {
  return Object.fromEntries(
    traces.map(({files, modules, start}) => {
      const bytes = files.reduce((sum, file) => sum + statSync(path.join(ROOT, file)).size, 0)
      return [start, {modules: modules.length, files: files.toSorted(), kilobytes: Math.ceil(bytes / 10_000) * 10}]
    }),
  )
}
