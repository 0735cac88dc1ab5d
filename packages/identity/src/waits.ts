const WAITS = Symbol.for('superset.identity.waits')

/** Is told what the process waits for now, each time that it changes; `undefined` when for nothing. */
export type WaitListener = (what: string | undefined) => void

interface Waits {
  readonly open: string[]
  listener?: WaitListener
}

/**
 * Says what is waited for, until disposed of: `using _waiting = waitFor('api.example.com')`. The host may show it to a
 * person; nobody may be listening.
 */
export function waitFor(what: string): Disposable {
  const waits = waitsOfProcess()
  waits.open.push(what)
  waits.listener?.(what)
  return {
    [Symbol.dispose]() {
      const index = waits.open.lastIndexOf(what)
      if (index !== -1) waits.open.splice(index, 1)
      waits.listener?.(waits.open.at(-1))
    },
  }
}

/** For the host: who is told. */
export function onWaits(listener: WaitListener): void {
  waitsOfProcess().listener = listener
}

/** One list for the process, however many copies of this package are in it. */
function waitsOfProcess(): Waits {
  const known = Reflect.get(process, WAITS) as Waits | undefined
  if (known) return known
  const made: Waits = {open: []}
  Reflect.set(process, WAITS, made)
  return made
}
