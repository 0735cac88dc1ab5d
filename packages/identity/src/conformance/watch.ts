import childProcess, {ChildProcess} from 'node:child_process'
import {subscribe, unsubscribe} from 'node:diagnostics_channel'
import {syncBuiltinESMExports} from 'node:module'

export interface StartedChild {
  readonly argv: readonly string[]
  /** `NAME=value`, as the child was given it. */
  readonly environment: readonly string[]
}

const SYNCHRONOUS = ['spawnSync', 'execFileSync', 'execSync'] as const

type Call = (this: unknown, ...parameters: unknown[]) => unknown

/**
 * Sees what a provider does besides answering: processes that it starts, connections that it opens, a terminal that it
 * reads. There is no official way to see the first; the class that all of Node's asynchronous ways end in is one.
 */
export class Watch implements Disposable {
  readonly children: StartedChild[] = []
  connections = 0
  /** How often somebody began to read the terminal. */
  terminalReads = 0
  readonly #restore: Array<() => void> = []

  constructor() {
    this.#replace(ChildProcess.prototype, 'spawn', ([options]) => {
      const {args = [], envPairs = [], file} = options as {file: string; args?: string[]; envPairs?: string[]}
      this.children.push({argv: [file, ...args], environment: envPairs})
    })
    for (const name of SYNCHRONOUS) {
      this.#replace(childProcess, name, ([file, args]) => {
        const words = Array.isArray(args) ? args.map(String) : []
        this.children.push({argv: [String(file), ...words], environment: []})
      })
    }

    syncBuiltinESMExports()
    this.#seeConnections()
    this.#seeTerminal()
  }

  /** Children that were started with an address, as a browser is. */
  get browsers(): readonly StartedChild[] {
    return this.children.filter(({argv}) => argv.some((word) => /https?:\/\//.test(word)))
  }

  [Symbol.dispose](): void {
    for (const restore of this.#restore.splice(0)) restore()
    syncBuiltinESMExports()
  }

  #replace(owner: object, name: string, see: (parameters: readonly unknown[]) => void): void {
    const original = Reflect.get(owner, name) as Call
    const seen: Call = function (...parameters) {
      see(parameters)
      return original.apply(this, parameters)
    }
    Reflect.set(owner, name, seen)
    this.#restore.push(() => Reflect.set(owner, name, original))
  }

  #seeConnections(): void {
    const count = (): void => {
      this.connections += 1
    }
    subscribe('net.client.socket', count)
    this.#restore.push(() => unsubscribe('net.client.socket', count))
  }

  #seeTerminal(): void {
    const {stdin} = process
    const see = (event: string): void => {
      if (event === 'data' || event === 'readable' || event === 'keypress') this.terminalReads += 1
    }
    stdin.on('newListener', see)
    this.#restore.push(() => stdin.off('newListener', see))
  }
}
