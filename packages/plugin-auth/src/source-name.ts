/** A source as a person knows it: the bare name of the variable, else its own word. */
export function sourceName(source: string): string {
  return source.startsWith('env:') ? source.slice('env:'.length) : source
}
