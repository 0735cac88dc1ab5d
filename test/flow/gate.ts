import {rotate, type TokenAnswer} from './stage.ts'

/** Holds answers (or metadata) until the test lets go. */
export class Gate {
  readonly #reached = Promise.withResolvers<void>()
  readonly #opened = Promise.withResolvers<void>()

  readonly answer: TokenAnswer = async (response, token, stage) => {
    this.#reached.resolve()
    await this.#opened.promise
    if (!response.destroyed) await rotate(response, token, stage)
  }

  get reached(): Promise<void> {
    return this.#reached.promise
  }

  get opened(): Promise<void> {
    return this.#opened.promise
  }

  open(): void {
    this.#opened.resolve()
  }
}
