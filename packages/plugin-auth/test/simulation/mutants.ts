import assert from 'node:assert/strict'
import {registerHooks} from 'node:module'
import {pathToFileURL} from 'node:url'
import type * as Explore from './explore.ts'
import type * as Parts from './parts.ts'
import type * as Schedule from './schedule.ts'

/** A change to one source file that makes the protocol wrong. */
export interface Mutation {
  readonly name: string
  /** Below `src`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** The simulation over sources with this change. */
export async function simulationWith(mutation: Mutation) {
  return withMutation(mutation, async (load) => {
    const {runSchedule} = await load<typeof Schedule>('schedule.ts')
    const {modelParts} = await load<typeof Parts>('parts.ts')
    return (seed: number) => runSchedule(seed, modelParts)
  })
}

/** The exploration, likewise. */
export async function explorationWith(mutation: Mutation) {
  return withMutation(mutation, async (load) => (await load<typeof Explore>('explore.ts')).explore)
}

type Load = <T>(file: string) => Promise<T>

/** The whole graph of modules is loaded anew, under another name. */
async function withMutation<T>(mutation: Mutation, work: (load: Load) => Promise<T>): Promise<T> {
  const root = pathToFileURL(`${import.meta.dirname}/../../`).href
  const mark = `?mutant=${encodeURIComponent(mutation.name)}`
  let applied = false
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      const ours = resolved.url.startsWith(root) && context.parentURL?.endsWith(mark)
      return ours ? {...resolved, url: resolved.url + mark} : resolved
    },
    load(url, context, next) {
      if (!url.endsWith(mark)) return next(url, context)
      const loaded = next(url.slice(0, -mark.length), context)
      if (url !== `${root}src/${mutation.file}${mark}`) return loaded
      const source = String(loaded.source)
      assert.ok(source.includes(mutation.from), `${mutation.file} does not read like that any more: ${mutation.from}`)
      applied = true
      return {...loaded, source: source.replace(mutation.from, mutation.to)}
    },
  })
  try {
    const result = await work((file) => import(`${root}test/simulation/${file}${mark}`))
    assert.ok(applied, `${mutation.file} was not loaded`)
    return result
  } finally {
    hooks.deregister()
  }
}
