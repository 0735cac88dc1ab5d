import http from 'node:http'
import type https from 'node:https'
import type {Socket} from 'node:net'
import {connect} from './connect.ts'
import type {NetworkEnvironment} from '../env.ts'

const CONNECT_TIMEOUT_MS = 10_000

type ConnectCallback = (error: Error | null, socket?: Socket) => void

/** Connections of ours for requests of `node:http`, kept for the next request to the same host. */
export interface Agents {
  readonly http: http.Agent
  readonly https: https.Agent
}

/** @throws through the request: NetworkFailure with phase `not-sent`, Problem NETWORK_CA_FILE (78) */
export function openAgents(environment: NetworkEnvironment): Agents {
  const open = (protocol: string, options: http.ClientRequestArgs, done: ConnectCallback): void => {
    connect(urlOf(protocol, options), {environment, timeoutMs: CONNECT_TIMEOUT_MS}).then(
      (socket) => done(null, socket),
      (error: Error) => done(error),
    )
  }
  const settings = {keepAlive: true, scheduling: 'lifo'} as const
  let secure: https.Agent | undefined
  return {
    http: Object.assign(new http.Agent(settings), {createConnection: open.bind(undefined, 'http:')}),
    // TLS costs a tenth of a start to load, and a request within this machine does without.
    get https() {
      const {Agent} = process.getBuiltinModule('node:https')
      secure ??= Object.assign(new Agent(settings), {createConnection: open.bind(undefined, 'https:')})
      return secure
    },
  }
}

/** Where a request of `node:http` goes. */
export function urlOf(protocol: string, {host, port}: http.ClientRequestArgs): URL {
  const name = host || 'localhost'
  return new URL(`${protocol}//${name.includes(':') ? `[${name}]` : name}${port ? `:${port}` : ''}`)
}
