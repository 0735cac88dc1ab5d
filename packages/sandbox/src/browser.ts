import {once} from 'node:events'
import {Agent, type IncomingMessage, request} from 'node:http'
import {text} from 'node:stream/consumers'

/** A page as a browser has it: where it ended up after redirects, and what it says. */
export interface Page {
  readonly url: URL
  readonly status: number
  readonly body: string
}

/** A form of a page, with the values that it would send as it stands. */
export interface Form {
  readonly action: URL
  readonly fields: URLSearchParams
  /** All values on offer for a field, such as those of its radio buttons. */
  readonly offers: ReadonlyMap<string, readonly string[]>
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const REDIRECT_LIMIT = 20

/**
 * As much of a browser as a sign-in needs: it navigates as one does, keeps cookies, follows redirects and fills in
 * forms. It talks to loopback only and never goes through a proxy.
 */
export class Browser {
  readonly #cookies = new Map<string, string>()
  readonly #agent = new Agent()

  /** @param stopAt tells the addresses that are not to be requested any more; the page then has status 0 */
  async open(address: string | URL, stopAt?: (url: URL) => boolean): Promise<Page> {
    return this.#navigate(new URL(address), undefined, stopAt)
  }

  async submit(form: Form, stopAt?: (url: URL) => boolean): Promise<Page> {
    return this.#navigate(form.action, form.fields, stopAt)
  }

  async #navigate(start: URL, fields: URLSearchParams | undefined, stopAt?: (url: URL) => boolean): Promise<Page> {
    let url = start
    let sent = fields
    for (let hop = 0; hop < REDIRECT_LIMIT; hop++) {
      if (stopAt?.(url)) return {url, status: 0, body: ''}
      const response = await this.#send(url, sent)
      const status = response.statusCode ?? 0
      const body = await text(response)
      const {location} = response.headers
      if (!REDIRECTS.has(status) || !location) return {url, status, body}
      url = new URL(location, url)
      sent = undefined
    }

    throw new Error(`More than ${REDIRECT_LIMIT} redirects, the last to ${url.origin}${url.pathname}`)
  }

  async #send(url: URL, fields: URLSearchParams | undefined): Promise<IncomingMessage> {
    if (url.protocol !== 'http:' || !['127.0.0.1', 'localhost'].includes(url.hostname))
      throw new Error(`Not on loopback: ${url.origin}`)
    const outgoing = request(url, {
      agent: this.#agent,
      method: fields ? 'POST' : 'GET',
      headers: {
        accept: 'text/html,application/xhtml+xml',
        ...(fields ? {'content-type': 'application/x-www-form-urlencoded', origin: url.origin} : {}),
        ...this.#cookieHeader(url),
      },
    })
    outgoing.end(fields?.toString())
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    for (const cookie of response.headers['set-cookie'] ?? []) this.#keep(url, cookie)
    return response
  }

  #cookieHeader(url: URL): {cookie?: string} {
    const mine = [...this.#cookies].filter(([key]) => key.startsWith(`${url.host} `))
    return mine.length > 0 ? {cookie: mine.map(([, pair]) => pair).join('; ')} : {}
  }

  #keep(url: URL, cookie: string): void {
    const [pair = ''] = cookie.split(';', 1)
    const key = `${url.host} ${pair.split('=', 1)[0]}`
    if (/;\s*max-age=0(;|$)/i.test(cookie)) this.#cookies.delete(key)
    else this.#cookies.set(key, pair)
  }
}

/** Reads the first form of a page of the sandbox. */
export function readForm(page: Page): Form | undefined {
  const markup = /<form\b[^>]*>[\s\S]*?<\/form>/.exec(page.body)?.[0]
  if (!markup) return undefined
  const action = new URL(attributes(markup)['action'] ?? '', page.url)
  const fields = new URLSearchParams()
  const offers = new Map<string, string[]>()
  for (const [tag] of markup.matchAll(/<input\b[^>]*>/g)) {
    const {name, type, value = '', checked} = attributes(tag)
    if (!name) continue
    offers.set(name, [...(offers.get(name) ?? []), value])
    if (type !== 'radio' || checked !== undefined) fields.set(name, value)
  }

  return {action, fields, offers}
}

function attributes(tag: string): Record<string, string> {
  const found: Record<string, string> = {}
  const head = tag.slice(0, tag.indexOf('>') + 1)
  for (const [, name = '', value = ''] of head.matchAll(/\s([a-z-]+)(?:="([^"]*)")?/g)) found[name] = unescape(value)
  return found
}

const CHARACTERS: Readonly<Record<string, string>> = {amp: '&', gt: '>', lt: '<', quot: '"', '#39': "'"}

function unescape(value: string): string {
  return value.replaceAll(/&(amp|gt|lt|quot|#39);/g, (_, name: string) => CHARACTERS[name] ?? '')
}
