import {fork, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {cleanEnvironment} from '../runner/environment.ts'
import type {Job, Outcome} from './job.ts'

const PROGRAM = path.join(import.meta.dirname, 'worker-process.ts')

/** A process that runs jobs. One that does not come back from a job is ended, and another takes its place. */
export class Worker implements Disposable {
  readonly #home = mkdtempSync(path.join(tmpdir(), 'mutate-'))
  #child: ChildProcess | undefined

  /** @param limitMs beyond it the mutation has made an endless run of it, which is caught as well */
  async run(job: Job, limitMs: number): Promise<Outcome> {
    const child = (this.#child ??= await this.#start())
    const ended = new AbortController()
    const {signal} = ended
    const answer = once(child, 'message', {signal}).then(([outcome]) => outcome as Outcome)
    const death = once(child, 'exit', {signal}).then((): Outcome => ({
      caught: 'the process of the tests ended',
      isLast: true,
    }))
    const end = sleep<Outcome>(
      limitMs,
      {caught: `no end within ${Math.round(limitMs / 1000)} s`, isLast: true},
      {signal},
    )
    child.send(job)
    const outcome = await Promise.race([answer, death, end])
    ended.abort()
    await Promise.allSettled([answer, death, end])
    if (outcome.isLast) this.#stop()
    return outcome
  }

  [Symbol.dispose](): void {
    this.#stop()
    rmSync(this.#home, {recursive: true, force: true})
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(PROGRAM, {env: cleanEnvironment(this.#home), stdio: ['ignore', 'ignore', 'inherit', 'ipc']})
    await once(child, 'message')
    return child
  }

  #stop(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }
}
