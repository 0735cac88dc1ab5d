import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import path from 'node:path'

const BRIDGE = path.join(import.meta.dirname, 'pty-bridge.py')

/** @returns why a program cannot be run in a terminal of its own here, or `undefined` when it can */
export function terminalMissing(...programs: readonly string[]): string | undefined {
  if (process.platform === 'win32') return 'there are no pseudo-terminals of this kind on Windows'
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  const missing = ['python3', ...programs].find(
    (name) => !folders.some((folder) => existsSync(path.join(folder, name))),
  )
  return missing && `${missing} is not installed (apt-get install ${missing})`
}

/** A program in a real terminal (a pty): its keyboard and its screen. */
export class Terminal implements AsyncDisposable {
  /** All that was shown so far. */
  screen = ''
  /** As a shell would tell it: 128 + n after signal n. */
  readonly ended: Promise<number>
  readonly #child: ChildProcess
  #seen = 0

  constructor(
    command: readonly string[],
    {columns = 80, env, cwd}: {readonly columns?: number; readonly env: NodeJS.ProcessEnv; readonly cwd?: string},
  ) {
    const child = spawn('python3', [BRIDGE, String(columns), '24', ...command], {
      env: {TERM: 'xterm-256color', ...env},
      ...(cwd !== undefined && {cwd}),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.on('error', () => {})
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.screen += text))
    this.#child = child
    this.ended = once(child, 'close').then(([code]) => code as number)
  }

  type(text: string): void {
    this.#child.stdin?.write(text)
  }

  /** Resolves when something shown since the last match matches. @throws Error when the program ends before */
  async see(wanted: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = wanted.exec(this.screen.slice(this.#seen))
      if (found) {
        this.#seen += found.index + found[0].length
        return found
      }

      const hasEnded = await Promise.race([
        once(this.#screenOf(), 'data').then(() => false),
        this.ended.then(() => true),
      ])
      if (hasEnded && !wanted.test(this.screen.slice(this.#seen)))
        throw new Error(`it ended without showing ${wanted}:\n${this.screen.slice(this.#seen)}`)
    }
  }

  #screenOf(): NonNullable<ChildProcess['stdout']> {
    if (!this.#child.stdout) throw new Error('it has no screen')
    return this.#child.stdout
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end()
    this.#child.kill('SIGKILL')
    await this.ended
  }
}
