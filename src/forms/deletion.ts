/**
 * Asks about what goes, by its names.
 * @param noun what each is, in the singular
 * @returns nothing where nothing is left to be asked about
 */
export function deletionQuestion(noun: string, names: readonly string[]): string | undefined {
  if (names.length < 2) return names[0] && `Delete ${noun} ${names[0]}?`
  return [...names.map((name) => `  ${name}`), `Delete these ${names.length} ${noun}s?`].join('\n')
}
