import {Terminal} from '../support/terminal.ts'

const PROMPT = '@@ '

/** A shell in a real terminal, that is typed to one line after the other. */
export class Shell implements AsyncDisposable {
  readonly #terminal: Terminal
  #shown = 0

  private constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  static async open(settings: {
    readonly columns: number
    readonly cwd: string
    readonly env: NodeJS.ProcessEnv
  }): Promise<Shell> {
    const shell = new Shell(new Terminal(['bash', '--noediting', '--norc', '-i'], settings))
    // In two parts, so that the line itself, which the terminal shows, is not taken for the prompt.
    shell.#terminal.type("PS1='@''@ ' PS2=''\n")
    await shell.#until(PROMPT)
    return shell
  }

  /** @returns what was shown until the next prompt. @throws Error when the line fails */
  async run(line: string): Promise<string> {
    const shown = await this.#answer(line)
    const code = (await this.#answer('echo $?')).trim()
    if (code !== '0') throw new Error(`\`${line}\` ended with ${code}:\n${shown}`)
    return shown
  }

  /** As `run`, for a line that asks something. */
  async runAnswering(line: string, question: string, answer: string): Promise<void> {
    await this.start(line, question)
    this.#terminal.type(`${answer}\n`)
    await this.#until(PROMPT)
  }

  /** For what does not end by itself. @returns what was shown up to `text`. @throws Error when it ends before */
  async start(line: string, text: string): Promise<string> {
    this.#terminal.type(`${line}\n`)
    await this.#until(`${line}\r\n`)
    const shown = await this.#until(text, PROMPT)
    if (shown.endsWith(PROMPT)) throw new Error(`\`${line}\` ended:\n${shown}`)
    return shown
  }

  async #answer(line: string): Promise<string> {
    this.#terminal.type(`${line}\n`)
    await this.#until(`${line}\r\n`)
    const shown = await this.#until(PROMPT)
    return shown.slice(0, -PROMPT.length).replaceAll('\r\n', '\n')
  }

  /** Up to the first of these texts. */
  async #until(...texts: readonly string[]): Promise<string> {
    const any = texts.map((text) => text.replaceAll(/[$().*+?[\\\]^{|}]/g, String.raw`\$&`)).join('|')
    const [found] = await this.#terminal.see(new RegExp(any))
    const end = this.#terminal.screen.indexOf(found, this.#shown) + found.length
    const shown = this.#terminal.screen.slice(this.#shown, end)
    this.#shown = end
    return shown
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#terminal[Symbol.asyncDispose]()
  }
}
