/** How wide a text is on a terminal, in columns, and how to shorten it to a width. */
export interface TextMeasure {
  width(text: string): number
  cut(text: string, width: number): string
}

/** Each character of these takes one column. Only other texts are worth the loading of Unicode's tables. */
const SIMPLE = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2014\u2026]*$/

const simple: TextMeasure = {
  width: (text) => text.length,
  cut: (text, width) => (text.length <= width ? text : `${text.slice(0, width - 1)}…`),
}

/** A measure that is right for all of these texts. */
export async function measureFor(texts: readonly string[]): Promise<TextMeasure> {
  return texts.every((text) => SIMPLE.test(text)) ? simple : unicode()
}

async function unicode(): Promise<TextMeasure> {
  const {default: stringWidth} = await import('string-width')
  const segmenter = new Intl.Segmenter()
  return {
    width: (text) => stringWidth(text),
    /** Cuts by what a reader sees as one character, so that neither a wide nor a combined one is torn. */
    cut(text, width) {
      if (stringWidth(text) <= width) return text
      let shown = ''
      let used = 0
      for (const {segment} of segmenter.segment(text)) {
        used += stringWidth(segment)
        if (used > width - 1) break
        shown += segment
      }

      return `${shown}…`
    },
  }
}
