import {type Approval} from '../approve.ts'
import {Browser, readForm} from '../browser.ts'

export interface ApproveOidcOptions {
  /** The account, which is also its e-mail address. */
  readonly email?: string
  readonly deny?: boolean
  /** False: do not request the client's redirect address, only report it. */
  readonly follow?: boolean
}

/**
 * Does in the provider's pages what a person would do: says who they are, and allows or denies the request.
 * @throws Error when the provider shows a problem instead of a form
 */
export async function approveOidc(authorizeUrl: string | URL, options: ApproveOidcOptions = {}): Promise<Approval> {
  const redirectUri = new URL(new URL(authorizeUrl).searchParams.get('redirect_uri') ?? authorizeUrl)
  const atClient = (url: URL) => url.origin === redirectUri.origin && url.pathname === redirectUri.pathname
  const browser = new Browser()
  let page = await browser.open(authorizeUrl, atClient)
  while (!atClient(page.url)) {
    const form = readForm(page)
    if (!form) throw new Error(`No form at ${page.url.pathname} (${page.status}): ${page.body.slice(0, 200).trim()}`)
    if (form.offers.has('email')) form.fields.set('email', options.email ?? 'ada@local.test')
    else form.fields.set('decision', options.deny ? 'deny' : 'allow')
    page = await browser.submit(form, atClient)
  }

  const {searchParams} = page.url
  const code = searchParams.get('code')
  return {
    redirect: page.url,
    pasted: code ? `${code}#${searchParams.get('state')}` : undefined,
    answer: options.follow === false ? undefined : await browser.open(page.url),
  }
}
