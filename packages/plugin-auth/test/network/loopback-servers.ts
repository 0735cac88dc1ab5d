import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer as createHttpServer, type RequestListener} from 'node:http'
import {createServer as createHttpsServer} from 'node:https'
import {type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** A listening server whose connections end with it. */
export interface Listening extends AsyncDisposable {
  readonly port: number
  /** Connections taken so far. */
  readonly connections: () => number
}

export async function listening(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>()
  let taken = 0
  server.on('connection', (socket: Socket) => {
    taken += 1
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => taken,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

export const http = (listener: RequestListener): Promise<Listening> => listening(createHttpServer(listener))
export const tcp = (onSocket: (socket: Socket) => void): Promise<Listening> => listening(createTcpServer(onSocket))
export const https = (certificate: Certificate, listener: RequestListener): Promise<Listening> =>
  listening(createHttpsServer(certificate, listener))

/** A port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = await tcp(() => {})
  await server[Symbol.asyncDispose]()
  return server.port
}

export interface Certificate {
  readonly key: Buffer
  readonly cert: Buffer
  readonly file: string
}

/** Self-signed certificates; made here, because one that is committed expires. */
export class Certificates implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'superset-tls-'))

  /** @param options.days may be -1: it ended yesterday */
  make(name: string, options: {readonly subject: string; readonly names: string; readonly days?: number}): Certificate {
    const path = (extension: string): string => join(this.#folder, `${name}.${extension}`)
    const [key, request, extensions, file] = [path('key'), path('csr'), path('ext'), path('pem')]
    const run = (...args: string[]): Buffer => execFileSync('openssl', args, {stdio: 'pipe'})
    writeFileSync(extensions, `subjectAltName=${options.names}\n`)
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
    run('req', '-new', ...curve, '-nodes', '-keyout', key, '-out', request, '-subj', `/CN=${options.subject}`)
    const days = String(options.days ?? 2)
    run('x509', '-req', '-in', request, '-signkey', key, '-days', days, '-extfile', extensions, '-out', file)
    return {key: readFileSync(key), cert: readFileSync(file), file}
  }

  write(name: string, content: string): string {
    const file = join(this.#folder, name)
    writeFileSync(file, content)
    return file
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, {recursive: true, force: true})
  }
}

/** A CONNECT proxy that leads every name to one port here, whatever it was asked for. */
export async function connectProxy(
  target: number,
  answer: {readonly status?: number; readonly authorization?: string; readonly tls?: Certificate} = {},
): Promise<Listening & {readonly asked: string[]}> {
  const asked: string[] = []
  const refuse: RequestListener = (_request, response) => void response.writeHead(400).end()
  const server = answer.tls ? createHttpsServer(answer.tls, refuse) : createHttpServer(refuse)
  server.on('connect', ({headers, url}, client: Socket) => {
    asked.push(url ?? '')
    const allowed = answer.authorization === undefined || headers['proxy-authorization'] === answer.authorization
    const status = allowed ? (answer.status ?? 200) : 407
    client.write(`HTTP/1.1 ${status} Whatever\r\n\r\n`)
    if (status !== 200) return client.end()
    const upstream = connect(target, '127.0.0.1')
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
    return upstream.pipe(client).pipe(upstream)
  })
  return Object.assign(await listening(server), {asked})
}
