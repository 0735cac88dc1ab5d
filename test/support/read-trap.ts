import {spawnSync} from 'node:child_process'
import {constants} from 'node:fs'
import {mkdir, open} from 'node:fs/promises'
import path from 'node:path'

/**
 * A FIFO in a file's place. A writer's open(2) waits until somebody opens it for reading, were it for an instant and
 * without waiting: so it tells whether a file was ever opened.
 */
export class ReadTrap implements AsyncDisposable {
  readonly #file: string
  readonly #writer: Promise<void>
  sprung = false

  private constructor(file: string) {
    this.#file = file
    this.#writer = open(file, constants.O_WRONLY).then(async (handle) => {
      this.sprung = true
      await handle.close()
    })
  }

  static async set(file: string): Promise<ReadTrap> {
    await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
    const {error, status} = spawnSync('mkfifo', ['-m', '600', file])
    if (error || status !== 0) throw new Error(`no FIFO can be made at ${file}`, {cause: error})
    return new ReadTrap(file)
  }

  /** Resolves when the file has been opened. */
  waitUntilSprung(): Promise<void> {
    return this.#writer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const reader = await open(this.#file, constants.O_RDONLY | constants.O_NONBLOCK)
    await this.#writer
    await reader.close()
  }
}
