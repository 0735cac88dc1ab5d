/** C0 and C1 controls, DEL, line separators and the marks that reorder text: what could forge a terminal's output. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
const CONTROL_BUT_LINES = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** Text from elsewhere (a server, a plugin) for one line on a terminal: controls are shown, not obeyed. */
export function printable(text: string): string {
  return text.replace(CONTROL, escaped)
}

/** As `printable`, but line breaks stay. */
export function printableLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROL_BUT_LINES, escaped)
}

function escaped(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}
