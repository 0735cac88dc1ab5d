import {EventEmitter, once} from 'node:events'

/** Lets others wait until something they can observe has come true, without polling. */
export class Changes {
  readonly #end = new AbortController()
  readonly #emitter = new EventEmitter().setMaxListeners(0)

  announce(): void {
    this.#emitter.emit('change')
  }

  /**
   * Resolves as soon as the predicate holds; it is asked now and after every change.
   * @throws AbortError when the sandbox stops before
   */
  async until(predicate: () => boolean): Promise<void> {
    while (!predicate()) await once(this.#emitter, 'change', {signal: this.#end.signal})
  }

  /** Nothing will change any more. */
  end(): void {
    this.#end.abort()
  }
}
