import {type Approval, Browser, type Form, readForm} from '@superset/sandbox/loopback'

export interface ApproveOidcOptions {
  /** The account, which is also its e-mail address. */
  readonly email?: string
  readonly deny?: boolean
  /** False: do not request the client's redirect address, only report it. */
  readonly follow?: boolean
  /** What the terminal shows, for the device page; not needed where the address holds it. */
  readonly userCode?: string
}

/**
 * Does in the provider's pages what a person would do: enters the code of a device, says who they are, and allows or
 * denies the request.
 * @param address the authorization request, or the address that the device grant named
 * @throws Error when the provider shows a problem instead of a form
 */
export async function approveOidc(address: string | URL, options: ApproveOidcOptions = {}): Promise<Approval> {
  const redirect = new URL(address).searchParams.get('redirect_uri')
  const redirectUri = redirect === null ? undefined : new URL(redirect)
  const atClient = (url: URL) => url.origin === redirectUri?.origin && url.pathname === redirectUri.pathname
  const browser = new Browser()
  let page = await browser.open(address, atClient)
  while (!atClient(page.url)) {
    const form = readForm(page)
    // The device grant has no address of the client to go back to.
    if (!form && !redirectUri && page.status === 200) return {redirect: page.url, pasted: undefined, answer: page}
    if (!form) throw new Error(`No form at ${page.url.pathname} (${page.status}): ${page.body.slice(0, 200).trim()}`)
    fillIn(form, options)
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

function fillIn({fields, offers}: Form, {deny, email, userCode}: ApproveOidcOptions): void {
  if (offers.has('user_code')) {
    if (fields.get('user_code') !== '') return
    if (userCode === undefined) throw new Error('The device page asks for a code, and there is none')
    fields.set('user_code', userCode)
  } else if (offers.has('email')) fields.set('email', email ?? 'ada@local.test')
  else fields.set('decision', deny ? 'deny' : 'allow')
}
