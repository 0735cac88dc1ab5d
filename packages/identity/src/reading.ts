/** Whether it is what JSON calls an object: neither an array nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const LONGEST = 200

/** What an unexpected error says, short enough to stand inside a sentence: its first line, without the full stop. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const line = (message.trim().split(/[\r\n]/, 1)[0] ?? '').replace(/\.$/, '')
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
