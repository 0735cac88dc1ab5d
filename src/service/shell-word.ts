/** A word of somebody else's for a command line that a person may copy: whatever is in it, the shell takes it as text. */
export function shellWord(text: string): string {
  return /^[\w.@/-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
