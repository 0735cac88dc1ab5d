import process from 'node:process'
import {styleText} from 'node:util'

type Style = Parameters<typeof styleText>[0]

const LINES = 12
const COLUMNS = 120

/** Prints the story: colours on a terminal that wants them, plain text elsewhere (NO_COLOR and FORCE_COLOR hold). */
export class Narrator {
  #step = 0
  #silent = false

  /** A step begins. */
  heading(title: string): void {
    this.#step++
    this.#print(`\n${styled('bold', `${this.#step}. ${title}`)}`)
  }

  /** A command, as one would type it. */
  command(line: string): void {
    this.#print(`   ${styled('cyan', '$')} ${styled('bold', line)}`)
  }

  /** What a command said; the end of a long line or text is left out. */
  output(text: string): void {
    const lines = text.trimEnd().split('\n')
    const left = lines.length - LINES
    const shown = left > 1 ? [...lines.slice(0, LINES), `… ${left} more lines`] : lines
    for (const line of shown) {
      const cut = line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line
      this.#print(`     ${cut}`.trimEnd())
    }
  }

  /** What a command said, as it comes. */
  live(text: string): void {
    process.stdout.write(text)
  }

  /** What happens behind the scene. */
  remark(text: string): void {
    this.#print(`   ${styled('dim', text)}`)
  }

  /** What was shown, and holds. */
  proof(text: string): void {
    this.#print(`   ${styled('green', '✓')} ${text}`)
  }

  failure(text: string): void {
    this.#print(`\n${styled('red', '✗')} ${text}`)
  }

  ending(title: string, facts: ReadonlyArray<readonly [string, string]>): void {
    this.#print(`\n${styled('bold', title)}`)
    for (const [name, value] of facts) this.#print(`   ${name.padEnd(18)}${value}`)
    this.#print('')
  }

  /** The story is broken off; what still comes in interests nobody. */
  silence(): void {
    this.#silent = true
  }

  #print(line: string): void {
    if (!this.#silent) process.stdout.write(`${line}\n`)
  }
}

function styled(style: Style, text: string): string {
  return styleText(style, text, {stream: process.stdout})
}
