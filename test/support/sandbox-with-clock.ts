import {fork, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import path from 'node:path'

const PROGRAM = path.join(import.meta.dirname, 'sandbox-with-clock-process.ts')

/**
 * A sandbox whose clock can be set, in a process of its own: what it signs, stores and says in `Date` is by that clock.
 * Seen from the CLI this is the same as a wrong clock of its own, and the helper, which takes no preload, needs nothing.
 */
export class SandboxWithClock implements AsyncDisposable {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  static async start(): Promise<SandboxWithClock> {
    const child = fork(PROGRAM, [], {stdio: ['ignore', 'inherit', 'inherit', 'ipc']})
    const [{url}] = (await once(child, 'message')) as [{url: string}]
    return new SandboxWithClock(child, url)
  }

  /** Server's clock minus ours, from now on. */
  async setShift(shiftMs: number): Promise<void> {
    const done = once(this.#child, 'message')
    this.#child.send({shiftMs})
    await done
  }

  async setAccessTokenSeconds(seconds: number): Promise<void> {
    const answer = await fetch(`${this.url}/__sandbox/access-token-seconds`, {
      method: 'POST',
      body: JSON.stringify({seconds}),
    })
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`)
  }

  async refreshRequests(): Promise<number> {
    const answer = await fetch(`${this.url}/__sandbox/counters`)
    const {token} = (await answer.json()) as {token: Record<string, number>}
    return token['refresh_token'] ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }
}
