import type {ConformanceReport} from '../../src/conformance/kit.ts'

type Results = ConformanceReport['results']

/** By id, with the reason. */
export function failures(results: Results): Record<string, string | undefined> {
  const failed = results.filter(({outcome}) => outcome === 'failed')
  return Object.fromEntries(failed.map(({detail, id}) => [id, detail]))
}

export function notAsked(results: Results): readonly string[] {
  return results.filter(({outcome}) => outcome === 'not applicable').map(({id}) => id)
}
