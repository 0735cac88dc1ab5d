/** What a person has typed so far, and what of a key's sequence has come. */
export interface TypedKey {
  readonly text: string
  readonly partial: string
}

/** What a chunk from the terminal comes to. */
export interface EditResult {
  readonly typed: TypedKey
  /** To be written to the terminal, where what is typed may be seen. */
  readonly echo: string
  /** The keys that mean something else than text, in their order; what came after one of them is not lost. */
  readonly keys: readonly Key[]
}

export type Key = 'end' | 'enter' | 'interrupt' | 'quit' | 'suspend'

export const NOTHING_TYPED: TypedKey = {text: '', partial: ''}

/** Nobody pastes more; a stream without end is not kept. */
const LONGEST = 256 * 1024
const KEYS: Readonly<Record<string, Key>> = {
  '\u0003': 'interrupt',
  '\u0004': 'end',
  '\u001A': 'suspend',
  '\u001C': 'quit',
}
/** Sequences of keys and of bracketed paste, of which a chunk may end in the middle; then any one character. */
const TOKEN = /\u001B\[[0-9;?]*[ -/]*[@-~]|\u001B[ON]?[^[\]]|[^]/gu
const CUT = /\u001B(?:\[[0-9;?]*[ -/]*|[ON])?$/

/**
 * A line as the terminal's own editing has it, without that one's limit: it keeps 4095 bytes of a line (1023 on macOS)
 * and drops the rest. Pure.
 * @param mask shown in the place of each character
 */
export function edit(before: TypedKey, chunk: string, mask?: string): EditResult {
  const input = before.partial + chunk
  const partial = CUT.exec(input)?.[0] ?? ''
  let {text} = before
  let echo = ''
  const keys: Key[] = []
  for (const [token] of input.slice(0, input.length - partial.length).matchAll(TOKEN)) {
    const key = KEYS[token]
    if (key !== undefined) {
      // As on any terminal, Ctrl-D is the end on an empty line only.
      if (key !== 'end' || text === '') keys.push(key)
      // The others flush what was typed ahead.
      if (key !== 'end') break
    } else if (token === '\r' || token === '\n') {
      text += '\n'
      keys.push('enter')
    } else if (token === '\u007F' || token === '\b') {
      const kept = [...text].slice(0, -1).join('')
      if (kept !== text && !text.endsWith('\n')) echo += '\b \b'
      text = kept
    } else if (token === '\u0015') {
      echo += '\b \b'.repeat([...text].length)
      text = ''
    } else if ((token === '\t' || !/^\p{Cc}/u.test(token)) && text.length < LONGEST) {
      text += token
      echo += mask ?? token
    }
  }

  return {typed: {text, partial}, echo, keys}
}
