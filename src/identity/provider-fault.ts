/** Capabilities that are methods of the same name. */
const METHODS = new Set(['login', 'logout', 'migrate', 'refresh'])

/** Why what a hook answered cannot be an identity provider; `undefined`: it can. */
export function faultOfProvider(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'its answer is not an identity provider'
  const missing = ['session', 'describe'].find((name) => !isMethod(value, name))
  if (missing !== undefined) return `its provider has no ${missing}()`
  const name: unknown = Reflect.get(value, 'name')
  if (typeof name !== 'string' || name === '') return 'its provider has no name'
  const capabilities: unknown = Reflect.get(value, 'capabilities')
  if (!Array.isArray(capabilities)) return 'its provider has no list of capabilities'
  const empty = capabilities.map(String).find((one) => METHODS.has(one) && !isMethod(value, one))
  return empty === undefined ? undefined : `its provider names the capability ${empty}, and has no ${empty}()`
}

function isMethod(value: object, name: string): boolean {
  return typeof Reflect.get(value, name) === 'function'
}
