import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Terminal} from '../support/terminal.ts'
import {steady} from './steady.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** A line that somebody typed, and what the terminal showed then. */
export interface Shown {
  readonly line: string
  readonly screen: string
}

/** Somebody who types at a terminal, with a home of their own and the service on loopback. */
export class Session implements AsyncDisposable {
  readonly sandbox: Sandbox
  readonly columns: number
  readonly #folder: string

  private constructor(sandbox: Sandbox, folder: string, columns: number) {
    this.sandbox = sandbox
    this.columns = columns
    this.#folder = folder
  }

  /** `superset` is the built CLI of this repository; the browser is a script that signs in and allows. */
  static async open(columns: number): Promise<Session> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'transcript-'))
    const program = path.join(folder, 'superset')
    await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${root}/bin/run.js' "$@"\n`)
    await chmod(program, 0o755)
    return new Session(await startSandbox(), folder, columns)
  }

  /** @throws Error when it ends otherwise than `expected` */
  async type(line: string, expected = 0): Promise<Shown> {
    await using terminal = new Terminal(['/bin/sh', '-c', line], {columns: this.columns, env: this.#environment()})
    const code = await terminal.ended
    if (code !== expected) throw new Error(`\`${line}\` ended with ${code}, not with ${expected}:\n${terminal.screen}`)
    return {
      line,
      screen: steady(terminal.screen, {address: this.sandbox.url, columns: this.columns, home: this.#folder}),
    }
  }

  #environment(): Record<string, string> {
    return {
      PATH: `${this.#folder}${path.delimiter}${process.env['PATH'] ?? ''}`,
      HOME: this.#folder,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      BROWSER: path.join(root, 'packages/sandbox/bin/approve.js'),
      SUPERSET_API_URL: this.sandbox.url,
      SUPERSET_WEB_URL: this.sandbox.url,
      SUPERSET_STORAGE_KEY: '5'.repeat(64),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox.close()
    await rm(this.#folder, {recursive: true, force: true, maxRetries: 5})
  }
}
