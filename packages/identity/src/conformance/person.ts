import {request as send} from 'node:http'

const ADDRESS = /https?:\/\/\S+/g

/** The person at the browser: reads what is told, opens the address of a sign-in, and decides. */
export class Person {
  readonly #issuer: string
  readonly #told: URL[] = []
  #address = Promise.withResolvers<URL>()

  constructor(issuer: string) {
    this.#issuer = issuer
  }

  /** Takes note of an address to sign in at, once it is told. */
  hear(line: string): void {
    for (const [found] of line.matchAll(ADDRESS)) {
      if (!URL.canParse(found)) continue
      const url = new URL(found)
      const isSignIn = url.origin === this.#issuer && url.pathname === '/authorize'
      if (!isSignIn || !isLoopback(url.searchParams.get('redirect_uri'))) continue
      this.#told.push(url)
      this.#address.resolve(url)
    }
  }

  /** The address of this sign-in; later ones are waited for anew. */
  async address(): Promise<URL> {
    const url = await this.#address.promise
    this.#address = Promise.withResolvers()
    return url
  }

  /** Signs in at the issuer; the browser is sent to the address that is returned, and has not gone there yet. */
  async decide(address: URL, decision: 'approve' | 'deny'): Promise<URL> {
    const url = new URL(address)
    url.searchParams.set('decision', decision)
    const response = await fetch(url, {redirect: 'manual'})
    await response.body?.cancel()
    return new URL(response.headers.get('location') ?? '', url)
  }

  async approve(): Promise<void> {
    await visit(await this.decide(await this.address(), 'approve'))
  }

  /** Declines every sign-in that was ever begun, so that none waits for this person any more. */
  async leave(): Promise<void> {
    for (const address of this.#told) await visit(await this.decide(address, 'deny'))
  }

  async deny(): Promise<void> {
    await visit(await this.decide(await this.address(), 'deny'))
  }
}

/** Opens an address as a browser does, and follows where it leads. A server that has gone is no matter. */
export async function visit(url: URL): Promise<number | undefined> {
  try {
    const response = await fetch(url)
    await response.body?.cancel()
    return response.status
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

export interface HostilePerson {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A request that no browser of the person's makes. @returns its status, or nothing when it was cut off */
export function intrude(url: URL, {method = 'GET', headers = {}}: HostilePerson = {}): Promise<number | undefined> {
  const {promise, resolve} = Promise.withResolvers<number | undefined>()
  const request = send(url, {method, headers, agent: false}, (response) => {
    response.resume()
    response.once('close', () => resolve(response.statusCode))
  })
  request.once('error', () => resolve(undefined))
  request.end()
  return promise
}

function isLoopback(address: string | null): boolean {
  if (address === null || !URL.canParse(address)) return false
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(address).hostname)
}
