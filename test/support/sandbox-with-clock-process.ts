/** The child of `SandboxWithClock`: a sandbox on a clock that the parent sets by `{shiftMs}`. */
import {ServerResponse} from 'node:http'

let shiftMs = 0
const RealDate = globalThis.Date
const now = () => RealDate.now() + shiftMs

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: unknown[], self: new () => object) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, self) as object,
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
})

// Node's own `Date` header is by the machine's clock.
ServerResponse.prototype.writeHead = new Proxy(ServerResponse.prototype.writeHead, {
  apply(target, self: ServerResponse, given: unknown[]) {
    self.setHeader('date', new Date().toUTCString())
    return Reflect.apply(target, self, given) as unknown
  },
})

// Loaded on the clock that was set up above.
const {startSandbox} = await import('@superset/sandbox')
const sandbox = await startSandbox()
process.on('message', (message: {shiftMs: number}) => {
  shiftMs = message.shiftMs
  process.send?.({shiftMs})
})
process.on('disconnect', () => void sandbox.close())
process.send?.({url: sandbox.url})
