import {createInterface} from 'node:readline'
import {EXIT} from '../exit-codes.ts'
import {isProblem} from '../problem.ts'
import {loadSubject} from './load-subject.ts'
import type {ChildOrder} from './run-apart.ts'

/** One run of a command, as a process: `run-apart.ts` starts it. */
const lines = createInterface({input: process.stdin})[Symbol.asyncIterator]()
const {module, request} = JSON.parse(String((await lines.next()).value)) as ChildOrder
const subject = await loadSubject(module)
// A mark for the process that started it.
// eslint-disable-next-line no-restricted-syntax
process.stdout.write('ready')
await lines.next()
process.exitCode = await run()

async function run(): Promise<number> {
  const provider = await subject.open()
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
