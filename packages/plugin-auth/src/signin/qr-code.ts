import {generate} from 'lean-qr'

/** Modules of light around the code, without which scanners do not find it. */
const QUIET = 2

/** A QR code in half blocks, two rows to a line; light is drawn, as terminals are dark. @throws Error for too long a text */
export function qrCode(text: string): readonly string[] {
  const code = generate(text)
  const lines: string[] = []
  for (let y = -QUIET; y < code.size + QUIET; y += 2) {
    let line = ''
    for (let x = -QUIET; x < code.size + QUIET; x++)
      line += BLOCKS[Number(code.get(x, y)) * 2 + Number(code.get(x, y + 1))]
    lines.push(line)
  }

  return lines
}

/** By which of the two modules is dark: neither, the lower, the upper, both. */
const BLOCKS = ['█', '▀', '▄', ' ']
