import {text} from 'node:stream/consumers'
import {EXIT} from '../exit-codes.ts'
import {isProblem} from '../problem.ts'
import {loadSubject} from './load-subject.ts'
import type {Order} from './run-apart.ts'

/** One run of a command, as a process: `run-apart.ts` starts it. */
const {module, request} = JSON.parse(await text(process.stdin)) as Order
process.exitCode = await run()

async function run(): Promise<number> {
  const provider = await (await loadSubject(module)).open()
  try {
    const session = await provider.session({...request, tell: () => {}})
    if (!session) return EXIT.signInNeeded
    const response = await session.fetch('/api/echo')
    await response.text()
    return response.status === 200 ? EXIT.done : EXIT.failed
  } catch (error) {
    return isProblem(error) ? error.exit : EXIT.failed
  } finally {
    await provider.settle?.()
  }
}
