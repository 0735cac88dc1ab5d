import type {Session} from '@superset/identity'
import assert from 'node:assert/strict'
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {text as textOf} from 'node:stream/consumers'
import type {CommandsHere} from './commands-here.ts'

/**
 * Recordings of the previous client: what it was called with, what it printed, and the traffic between it and the service,
 * a host's own service or the relay. Kept with the sandbox, which answers as they say.
 */
const FOLDER = path.resolve(import.meta.dirname, '../../packages/sandbox/test/fixtures/wire')

interface Recording {
  readonly name: string
  readonly incumbent: readonly {
    readonly args: readonly string[]
    readonly exit: number
    readonly stdout?: string
    readonly stderr?: string
  }[]
  readonly exchanges: readonly {readonly request: RecordedRequest; readonly response: {readonly body?: unknown}}[]
}

interface RecordedRequest {
  readonly to?: 'host-service' | 'relay'
  readonly method: string
  readonly path: string
  readonly query?: {readonly input?: unknown}
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** One call of a procedure, whoever was asked, in batch form or not. */
export interface Call {
  readonly to: 'host' | 'relay' | 'service'
  readonly method: string
  readonly procedure: string
  /** Without the keys that were sent as undefined. */
  readonly input: unknown
  /** That of the header. */
  readonly organization: string | undefined
}

interface Answer {
  readonly call: Call
  readonly body: unknown
}

/** A run of the previous client, and what was answered to each of its calls. */
export interface Recorded {
  readonly name: string
  readonly args: readonly string[]
  readonly exit: number
  readonly stdout: string
  readonly calls: readonly Call[]
  readonly answers: readonly Answer[]
}

/**
 * Those of some commands, by the beginning of their names; those of hosts are in a folder of their own.
 * @param translate recorded texts, such as the id of the machine, and what stands for them here
 */
export function recordingsOf(
  topics: readonly string[],
  translate: ReadonlyArray<readonly [string, string]> = [],
): Recorded[] {
  const files = ['.', 'host'].flatMap((folder) =>
    readdirSync(path.join(FOLDER, folder)).map((file) => path.join(folder, file)),
  )
  const wanted = files.filter((file) => topics.some((topic) => path.basename(file).startsWith(topic)))
  return wanted
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => readRecorded(file, translate))
}

function readRecorded(file: string, translate: ReadonlyArray<readonly [string, string]>): Recorded {
  const written = readFileSync(path.join(FOLDER, file), 'utf8')
  const text = translate.reduce((before, [from, to]) => before.replaceAll(from, to), written)
  const recording = JSON.parse(text) as Recording
  const [run] = recording.incumbent
  if (!run) throw new Error(`${file} has no run of the previous client`)
  const answers = recording.exchanges
    .flatMap(({request, response}) => answersOf(request, response.body))
    // Its own statistics, which ours does not keep.
    .filter(({call}) => call.procedure !== 'analytics.captureEvent')
  return {
    name: recording.name,
    args: run.args,
    exit: run.exit,
    stdout: run.stdout ?? '',
    calls: answers.map(({call}) => call),
    answers,
  }
}

function answersOf(request: RecordedRequest, body: unknown): Answer[] {
  const to = request.to === undefined ? 'service' : request.to === 'relay' ? 'relay' : 'host'
  const inputs = (request.method === 'GET' ? request.query?.input : request.body) as Record<string, unknown> | undefined
  const bodies = Array.isArray(body) ? (body as unknown[]) : [body]
  return (request.path.split('/').at(-1) ?? '').split(',').map((procedure, index) => ({
    call: {
      to,
      method: request.method,
      procedure,
      input: inputOf(inputs?.[index]),
      organization: request.headers['x-superset-organization-id'],
    },
    body: bodies[index] ?? bodies[0],
  }))
}

/** Of superjson's envelope: what was undefined is named in `meta`, and stands as null in `json`. */
function inputOf(envelope: unknown): unknown {
  const {json, meta} = (envelope ?? {}) as {json?: unknown; meta?: {values?: unknown}}
  const values = meta?.values
  if (Array.isArray(values)) return values[0] === 'undefined' ? undefined : json
  if (typeof json !== 'object' || json === null || typeof values !== 'object' || values === null) return json
  const isUndefined = (key: string) => String(Reflect.get(values, key)) === 'undefined' && key in values
  return Object.fromEntries(Object.entries(json).filter(([key]) => !isUndefined(key)))
}

export interface Replay {
  /** Of the service, the relay and the host alike. */
  readonly url: string
  /** What was asked so far, in this order. */
  readonly calls: readonly Call[]
  close(): Promise<void>
}

/** A server that answers each call with what was recorded for its procedure, in turn, and everything else with 404. */
export async function startReplay({answers}: Recorded): Promise<Replay> {
  const calls: Call[] = []
  const left = [...answers]
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const call = callOf(request, body)
      calls.push(call)
      const next = left.findIndex(
        ({call: recorded}) => recorded.to === call.to && recorded.procedure === call.procedure,
      )
      reply(response, next === -1 ? unknown(call) : left.splice(next, 1)[0]?.body)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function callOf({headers, method = '', url = ''}: IncomingMessage, body: string): Call {
  const {pathname, searchParams} = new URL(url, 'http://host')
  const [, procedure = ''] = /\/trpc\/(.*)$/.exec(pathname) ?? []
  const envelope = method === 'GET' ? searchParams.get('input') : body
  const organization = headers['x-superset-organization-id']
  return {
    to: pathname.startsWith('/api/') ? 'service' : pathname.startsWith('/hosts/') ? 'relay' : 'host',
    method,
    procedure,
    input: envelope ? (JSON.parse(envelope) as {json?: unknown}).json : undefined,
    organization: typeof organization === 'string' ? organization : undefined,
  }
}

function reply(response: ServerResponse, body: unknown): void {
  const error = (body as {error?: {json?: {data?: {httpStatus?: number}}}} | undefined)?.error
  const status = error === undefined ? 200 : (error.json?.data?.httpStatus ?? 500)
  response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
}

function unknown({procedure}: Call): unknown {
  const message = `No procedure found on path "${procedure}"`
  return {error: {json: {message, code: -32_004, data: {code: 'NOT_FOUND', httpStatus: 404}}}}
}

/** How a run of ours differs from the recorded one, on purpose. */
export interface Difference {
  readonly why: string
  /** Words that ours needs besides. */
  readonly more?: readonly string[]
  /** What comes from standard input. */
  readonly piped?: string
  /** Files that were named on the line, by their recorded path. */
  readonly files?: Readonly<Record<string, string>>
  /** What ours asks, where that is something else. */
  readonly calls?: (theirs: readonly Call[]) => readonly Call[]
  /** Ours, where theirs is 0 or 1 for whatever went wrong. */
  readonly exit?: number
  /** What ours prints as JSON, where that is something else. */
  readonly output?: (theirs: unknown) => unknown
}

/** Runs our command as theirs was run, and compares what it asked, how it ended and what it printed as JSON. */
export async function assertReplayed(
  here: CommandsHere,
  recorded: Recorded,
  {calls = (theirs) => theirs, exit, files = {}, more = [], output = (theirs) => theirs, piped}: Partial<Difference>,
  session: (replay: Replay) => Partial<Session> = () => ({}),
): Promise<void> {
  const replay = await startReplay(recorded)
  const folder = mkdtempSync(path.join(tmpdir(), 'replay-'))
  try {
    const args = recorded.args.map((word) => {
      const text = files[word]
      if (text === undefined) return word
      const file = path.join(folder, path.basename(word))
      writeFileSync(file, text)
      return file
    })
    const organization = recorded.calls.find((call) => call.organization !== undefined)?.organization
    const run = await here.run(
      [...args, ...more],
      {
        apiUrl: replay.url,
        scheme: 'bearer',
        fetch: (input, init) => fetch(new URL(input, replay.url), init),
        ...(organization !== undefined && {organization: {value: organization, source: 'stored'}}),
        ...session(replay),
      },
      piped === undefined ? {} : {piped},
    )
    assert.deepEqual(replay.calls, calls(recorded.calls), run.stderr)
    assert.equal(run.exit, exit ?? recorded.exit, run.stderr)
    if (recorded.exit === 0 && recorded.args.includes('--json'))
      assert.deepEqual(JSON.parse(run.stdout), output(JSON.parse(recorded.stdout)))
  } finally {
    rmSync(folder, {recursive: true})
    await replay.close()
  }
}
