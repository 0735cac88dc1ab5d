import type {Binding} from '../model.ts'
import {parseObject, retryAfterMs} from '../network/answer.ts'
import {issuerMismatch, metadataUrls} from '../network/discovery.ts'
import {classifyPreparation, isTransportFailure, SHARED_PAUSE_MS} from './classify-failure.ts'
import {hostOf, isWebPage, type Answer, type UntouchedToken} from './classify.ts'
import type {IssuerConnection, RefreshPorts} from './ports.ts'
import * as reasons from './reasons.ts'

/** A connection on which the token may be presented now. */
export interface TokenConnection {
  readonly kind: 'way'
  readonly line: IssuerConnection
}

/**
 * The network pre-flight (row 23b): where a replay may end sessions, the connection that is to carry the token first asks
 * for the issuer's metadata. So whatever is in the way, an outage, a gateway without its server, a portal, meets a
 * request that costs nothing.
 *
 * Where the server closes the connection after its answer, or the token endpoint is on another host, a connection that
 * is opened right afterwards is the best there is.
 * @param closes the server was seen to close its connections without saying so
 * @returns why nothing is presented, or the way to present it
 * @throws Problem NETWORK_CA_FILE (78); TransportFailure-shaped errors with phase `not-sent`
 */
export async function findWay(
  tokenEndpoint: string,
  {binding, closes}: {readonly binding: Binding; readonly closes: boolean},
  ports: RefreshPorts,
): Promise<UntouchedToken | TokenConnection> {
  const {issuer, replayPolicy} = binding
  if (replayPolicy === 'none' || replayPolicy === 'session')
    return {kind: 'way', line: await ports.connect(tokenEndpoint)}
  let line: IssuerConnection | undefined
  let failed = unavailable(binding, {again: false})
  for (const url of metadataUrls(issuer)) {
    if (!line?.goesOn) {
      line?.[Symbol.dispose]()
      line = await ports.connect(url)
    }

    const seen = await look(line, url, binding)
    if (seen === 'metadata') {
      if (line.goesOn && !closes && isSameServer(tokenEndpoint, issuer)) return {kind: 'way', line}
      line[Symbol.dispose]()
      return {kind: 'way', line: await ports.connect(tokenEndpoint)}
    }

    failed = seen.failed
    if (!seen.elsewhere) break
  }

  line?.[Symbol.dispose]()
  return failed
}

function isSameServer(tokenEndpoint: string, issuer: string): boolean {
  return new URL(tokenEndpoint).origin === new URL(issuer).origin
}

/** `elsewhere`: the metadata may be at the next address. */
type PreFlightResult = 'metadata' | {readonly failed: UntouchedToken; readonly elsewhere: boolean}

async function look(line: IssuerConnection, url: string, binding: Binding): Promise<PreFlightResult> {
  let answer: Answer
  try {
    answer = await line.get(url)
  } catch (error) {
    if (!isTransportFailure(error)) throw error
    return {failed: unavailable(binding, {again: true, silent: error.kind === 'timeout'}), elsewhere: false}
  }

  const {status} = answer
  const document = status === 200 ? parseObject(answer.body) : undefined
  if (document?.['issuer'] === binding.issuer) return 'metadata'
  // Another issuer's document may lie at the one address, and ours at the next.
  if (typeof document?.['issuer'] === 'string')
    return {failed: classifyPreparation(issuerMismatch(binding.issuer, document), binding), elsewhere: true}
  if (status === 200 && !document && isWebPage(answer)) {
    const reason = reasons.webPage(hostOf(binding.issuer), 'its metadata')
    return {failed: {kind: 'untouched', again: false, reason, notBeforeMs: SHARED_PAUSE_MS}, elsewhere: false}
  }

  const busy = status === 408 || status === 429 || status >= 500
  return {failed: unavailable(binding, {again: busy, restMs: retryAfterMs(answer.headers)}), elsewhere: !busy}
}

function unavailable(
  {issuer}: Binding,
  {
    again,
    silent = false,
    restMs,
  }: {readonly again: boolean; readonly silent?: boolean; readonly restMs?: number | undefined},
): UntouchedToken {
  const reason = reasons.unavailable(issuer)
  return {
    kind: 'untouched',
    again,
    reason,
    notBeforeMs: SHARED_PAUSE_MS,
    ...(silent && {silent}),
    ...(restMs !== undefined && {restMs}),
  }
}
