import childProcess, {type ChildProcess} from 'node:child_process'
import {EventEmitter} from 'node:events'
import {syncBuiltinESMExports} from 'node:module'

const HELPER = /refresh[\\/]helper\.[jt]s$/

/**
 * No refresh helper can be started from now on, as under a limit of processes: the exchange then runs in this process, by
 * the same code. For tables of what comes over the network, which are not about processes.
 */
export function refreshHere(): Disposable {
  const {spawn} = childProcess
  childProcess.spawn = ((...given: Parameters<typeof spawn>) => {
    const [, args] = given
    if (!Array.isArray(args) || !HELPER.test(String(args[0]))) return spawn(...given)
    const child = new EventEmitter()
    setImmediate(() => child.emit('error', Object.assign(new Error('spawn EAGAIN'), {code: 'EAGAIN'})))
    return child as ChildProcess
  }) as typeof spawn
  syncBuiltinESMExports()
  return {
    [Symbol.dispose]() {
      childProcess.spawn = spawn
      syncBuiltinESMExports()
    },
  }
}
