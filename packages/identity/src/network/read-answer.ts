import {NetworkFailure} from './network-failure.ts'

/**
 * The whole body of an answer, up to a limit (row 104): beyond it the connection is closed.
 * @throws NetworkFailure of kind `too-large`
 */
export async function readAnswer(response: Response, mostBytes: number, host: string): Promise<Buffer> {
  // What `LightResponse` has, of whichever copy of this package, spares what the platform's streams cost.
  const isParted = 'parts' in response && typeof response.parts === 'function'
  const parts: unknown = isParted ? (response.parts as () => unknown)() : (response.body ?? [])
  return gather(parts as AsyncIterable<Uint8Array>, mostBytes, host)
}

/** @throws NetworkFailure of kind `too-large` */
export async function gather(parts: AsyncIterable<Uint8Array>, mostBytes: number, host: string): Promise<Buffer> {
  const kept: Uint8Array[] = []
  let length = 0
  for await (const part of parts) {
    length += part.length
    // Leaving the loop destroys the stream, and with it the connection.
    if (length > mostBytes) throw tooLarge(host, mostBytes)
    kept.push(part)
  }

  return Buffer.concat(kept)
}

function tooLarge(host: string, mostBytes: number): NetworkFailure {
  const limit = mostBytes < 1e6 ? `${Math.round(mostBytes / 1024)} KB` : `${Math.round(mostBytes / 1024 ** 2)} MB`
  return new NetworkFailure({phase: 'sent', kind: 'too-large', host, detail: `sent more than ${limit}`})
}
