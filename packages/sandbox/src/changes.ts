import {EventEmitter, once} from 'node:events'

/** Lets others wait until something they can observe has come true, without polling. */
export class Changes {
  readonly #emitter = new EventEmitter().setMaxListeners(0)

  announce(): void {
    this.#emitter.emit('change')
  }

  /** Resolves as soon as the predicate holds; it is asked now and after every change. */
  async until(predicate: () => boolean, signal?: AbortSignal): Promise<void> {
    while (!predicate()) {
      await once(this.#emitter, 'change', signal ? {signal} : {})
    }
  }
}
