/** C0 and C1 controls, DEL, line separators and the marks that reorder text: what a terminal obeys, or shows as it is not. */
const CONTROLS = String.raw`\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069`
const CONTROL = new RegExp(`[${CONTROLS}]`, 'g')
/** The same without tab and line break, which text in lines has by the thousand: a match costs memory. */
const INLINE = CONTROLS.replace(String.raw`\u0000-`, String.raw`\u0000-\u0008\u000b-`)
const INLINE_CONTROL = new RegExp(`[${INLINE}]`, 'g')
/** What styling writes: bold, dim, italic, underlined, a colour of the text, and their ends. Not `conceal`, for example. */
const STYLE = String.raw`\u001b\[(?:0|[1-4]|2[2-4]|3[0-79]|9[0-7])m`
const STYLE_OR_CONTROL = new RegExp(`${STYLE}|[${INLINE}]`, 'g')

/** Text from elsewhere (a server, a plugin, a file) for one line on a terminal: controls are shown, not obeyed. */
export function printable(text: string): string {
  return text.replace(CONTROL, escaped)
}

/** As `printable`, but line breaks stay. */
export function printableLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROL, (control) => (control === '\n' ? control : escaped(control)))
}

/** What takes text: a stream, or whoever keeps it for later. */
interface TextSink {
  write(text: string, done?: (error?: Error | null) => void): unknown
}

/**
 * Where everything that a command prints goes through: no other control reaches the terminal than line breaks, tabs
 * and the styles of our own. What came from elsewhere was made `printable` where it was put into a line; this is the second gate.
 * @param done called when it has left, or could not
 */
export function writeText(stream: TextSink, text: string, done?: (error?: Error | null) => void): void {
  const shown = text.replace(STYLE_OR_CONTROL, (match) => (match.length > 1 ? match : escaped(match)))
  stream.write(`${shown}\n`, done)
}

/** Text of others that is taken back as it was printed: no control but tabs and line breaks, and no line break of ours at its end. */
export function writeExactly(stream: TextSink, text: string): void {
  stream.write(text.replaceAll('\r\n', '\n').replace(INLINE_CONTROL, escaped))
}

/** The same value in other letters: JSON.stringify alone leaves DEL, C1 controls and marks of direction as they are. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(INLINE_CONTROL, unicode)
}

function escaped(character: string): string {
  if (character === '\n') return String.raw`\n`
  return character === '\t' ? String.raw`\t` : unicode(character)
}

function unicode(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}
