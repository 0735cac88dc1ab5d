/** A source as a person knows it: the bare name of the variable, else words. */
export function sourceName(source: string): string {
  if (source === 'profile') return "the profile's settings"
  return source.startsWith('env:') ? source.slice('env:'.length) : source
}
