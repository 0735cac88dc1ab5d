import {Browser, type Form, type Page, readForm} from './browser.ts'
import {ADMIN_EMAIL, PASSWORD} from './credentials.ts'

const ADMIN = {email: ADMIN_EMAIL, password: PASSWORD}

export interface ApproveOptions {
  /** Who signs in; the seeded administrator unless given. */
  readonly user?: {readonly email: string; readonly password: string}
  /** Id or slug of the organization to choose; unless given, the one that the page proposes. */
  readonly organization?: string
  /** Press "Deny" instead of "Allow". */
  readonly deny?: boolean
  /** False: do not request the client's redirect address, only report it. */
  readonly follow?: boolean
}

export interface Approval {
  /** The client's redirect address, with the code or the error in it. */
  readonly redirect: URL
  /** `<code>#<state>`, as the paste page shows it. */
  readonly pasted: string | undefined
  /** What the client's address answered; absent when it was not requested. */
  readonly answer: Page | undefined
}

/**
 * Does in the sandbox's pages what a person would do in a browser: signs in, chooses an organization, and allows or
 * denies the request; then goes where the service sends it.
 * @throws Error when the service shows a problem instead of the page that is due
 */
export async function approve(authorizeUrl: string | URL, options: ApproveOptions = {}): Promise<Approval> {
  const redirectUri = new URL(new URL(authorizeUrl).searchParams.get('redirect_uri') ?? authorizeUrl)
  const atClient = (url: URL) => url.origin === redirectUri.origin && url.pathname === redirectUri.pathname
  const browser = new Browser()
  const user = options.user ?? ADMIN
  let page = await browser.open(authorizeUrl, atClient)
  if (page.url.pathname === '/sign-in') {
    page = await browser.submit(signInForm(page, user), atClient)
    if (page.url.pathname === '/sign-in') throw new Error(`The service refused ${user.email}: ${complaint(page)}`)
  }

  if (page.url.pathname === '/oauth/consent') page = await browser.submit(decisionForm(page, options), atClient)
  if (!atClient(page.url)) throw new Error(`Ended at ${page.url.pathname} (${page.status}): ${complaint(page)}`)
  const {searchParams} = page.url
  const code = searchParams.get('code')
  return {
    redirect: page.url,
    pasted: code ? `${code}#${searchParams.get('state')}` : undefined,
    answer: options.follow === false ? undefined : await browser.open(page.url),
  }
}

function signInForm(page: Page, {email, password}: typeof ADMIN): Form {
  const form = demandForm(page)
  form.fields.set('email', email)
  form.fields.set('password', password)
  return form
}

function decisionForm(page: Page, {organization, deny}: ApproveOptions): Form {
  const form = demandForm(page)
  form.fields.set('decision', deny ? 'deny' : 'allow')
  if (organization) form.fields.set('organization', organizationId(page, form, organization))
  return form
}

function organizationId(page: Page, form: Form, idOrSlug: string): string {
  const offered = form.offers.get('organization') ?? []
  // The slug stands beside its radio button and the name.
  const choices = page.body.split('<label class="choice">').slice(1)
  const bySlug = choices.findIndex((choice) => choice.includes(`<span class="soft">${idOrSlug}</span>`))
  const id = offered.includes(idOrSlug) ? idOrSlug : offered[bySlug]
  if (!id) throw new Error(`The consent page does not offer the organization ${idOrSlug}`)
  return id
}

function demandForm(page: Page): Form {
  const form = readForm(page)
  if (!form) throw new Error(`No form at ${page.url.pathname} (${page.status}): ${complaint(page)}`)
  return form
}

/** What a page says, in one line, without its style. */
function complaint(page: Page): string {
  const content = /<main>([\s\S]*)<\/main>/.exec(page.body)?.[1] ?? page.body
  return content
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
}
