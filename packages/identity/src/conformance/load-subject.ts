import type {ConformanceSubject} from './subject.ts'

/** The default export of a module, or its export `subject`. @throws Error when it is neither */
export async function loadSubject(module: string): Promise<ConformanceSubject> {
  const loaded = (await import(module)) as {readonly default?: unknown; readonly subject?: unknown}
  const found = loaded.default ?? loaded.subject
  if (isSubject(found)) return found
  throw new Error(`${module} exports no conformance subject: it needs a default export with name, version and open()`)
}

function isSubject(value: unknown): value is ConformanceSubject {
  if (typeof value !== 'object' || value === null) return false
  const {name, version, open, signIn, renewal} = value as Partial<Record<keyof ConformanceSubject, unknown>>
  return (
    typeof name === 'string' &&
    typeof version === 'string' &&
    typeof open === 'function' &&
    ['code-flow', 'elsewhere'].includes(String(signIn)) &&
    ['none', 'refresh-token', 'source'].includes(String(renewal))
  )
}
