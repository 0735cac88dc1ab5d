import type {Shown} from './session.ts'

const CHARACTER = 8.4
const LINE = 19
const MARGIN = 20
/** Room for the title bar of a window. */
const TOP = 44

const COLOURS: Readonly<Record<number, string>> = {
  30: '#6e7681',
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  90: '#8b949e',
}
const TEXT = '#e6edf3'
const PROMPT = '#7ee787'

interface Style {
  readonly bold: boolean
  readonly dim: boolean
  readonly colour: string
}

const PLAIN: Style = {bold: false, dim: false, colour: TEXT}

/** A terminal as an SVG: what was typed, and what was shown. */
export function picture(shown: readonly Shown[], columns: number, title: string): string {
  const lines = shown.flatMap(({line, screen}, index) => [
    ...(index === 0 ? [] : ['']),
    `${span('$ ', {...PLAIN, colour: PROMPT})}${span(line, {...PLAIN, bold: true})}`,
    ...coloured(screen.trimEnd()),
  ])
  const [width, height] = [Math.round(columns * CHARACTER + 2 * MARGIN), TOP + lines.length * LINE + MARGIN]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="#0d1117" stroke="#30363d"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, index) => `<circle cx="${MARGIN + 4 + index * 20}" cy="20" r="6" fill="${fill}"/>`,
    ),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${TEXT}">`,
    ...lines.map((line, index) =>
      line === '' ? '' : `<text x="${MARGIN}" y="${TOP + 12 + index * LINE}" xml:space="preserve">${line}</text>`,
    ),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

/** Lines of a terminal's text, its SGR sequences (ECMA-48 8.3.117) as spans; a style holds until it is taken back. */
function coloured(text: string): string[] {
  let style = PLAIN
  return text.split('\n').map((line) =>
    line
      .split(/(\u001B\[[\d;]*m)/)
      .map((part) => {
        const codes = /^\u001B\[([\d;]*)m$/.exec(part)?.[1]
        if (codes === undefined) return part === '' ? '' : span(part, style)
        for (const code of codes.split(';')) style = changed(style, Number(code))
        return ''
      })
      .join(''),
  )
}

function changed(style: Style, code: number): Style {
  if (code === 0) return PLAIN
  if (code === 1) return {...style, bold: true}
  if (code === 2) return {...style, dim: true}
  if (code === 22) return {...style, bold: false, dim: false}
  if (code === 39) return {...style, colour: TEXT}
  return {...style, colour: COLOURS[code] ?? style.colour}
}

function span(text: string, {bold, colour, dim}: Style): string {
  const attributes = [
    ...(bold ? [' font-weight="bold"'] : []),
    ...(dim ? [' opacity="0.7"'] : []),
    ...(colour === TEXT ? [] : [` fill="${colour}"`]),
  ].join('')
  return attributes === '' ? escaped(text) : `<tspan${attributes}>${escaped(text)}</tspan>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
