import assert from 'node:assert/strict'
import {after, before, describe, it} from 'mocha'
import {authorizationRequest, type Sandbox, startSandbox} from '../src/index.ts'
import {Browser, type Page, readForm} from '../src/browser.ts'

describe('the pages', () => {
  let sandbox: Sandbox

  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox.close())

  /** Opens the consent page as a person who has just signed in. */
  const signedIn = async (browser: Browser): Promise<Page> => {
    const form = readForm(await browser.open(authorizationRequest(sandbox.url).url))
    assert.ok(form)
    form.fields.set('email', sandbox.users.bea.email)
    form.fields.set('password', sandbox.users.bea.password)
    return browser.submit(form)
  }

  it('name the client, the account and the organizations', async () => {
    const {body, url} = await signedIn(new Browser())
    assert.equal(url.pathname, '/oauth/consent')
    for (const text of ['Superset CLI', 'bea@local.test', 'Local Admin&#39;s Team', 'see your e-mail address']) {
      assert.ok(body.includes(text), text)
    }

    assert.ok(!body.includes('Acme Robotics'))
  })

  it('remember a browser that has signed in', async () => {
    const browser = new Browser()
    await signedIn(browser)
    assert.equal((await browser.open(authorizationRequest(sandbox.url).url)).url.pathname, '/oauth/consent')
    assert.match((await browser.open(sandbox.url)).body, /signed in as bea@local\.test/)
    assert.match((await new Browser().open(sandbox.url)).body, /not signed in/)
  })

  it('escape whatever comes from the address', async () => {
    const markup = '"><script>alert(1)</script>'
    for (const path of ['/sign-in', '/oauth/consent', '/cli/auth/code', '/error']) {
      const url = new URL(path, sandbox.url)
      for (const name of ['code', 'state', 'error', 'error_description', 'client_id', 'redirect_uri', 'scope']) {
        url.searchParams.set(name, markup)
      }

      const browser = new Browser()
      await signedIn(browser)
      const {body, status} = await browser.open(url)
      assert.notEqual(status, 500, path)
      assert.ok(!body.includes('<script'), path)
    }
  })

  it('refuse an organization that the page did not offer', async () => {
    const browser = new Browser()
    const form = readForm(await signedIn(browser))
    assert.ok(form)
    form.fields.set('decision', 'allow')
    form.fields.set('organization', sandbox.organizations.acme.id)
    const {status, body} = await browser.submit(form)
    assert.equal(status, 403)
    assert.match(body, /You do not belong to the organization/)
  })

  it('refuse a request that was tampered with on its way', async () => {
    const browser = new Browser()
    const form = readForm(await signedIn(browser))
    assert.ok(form)
    form.fields.set('decision', 'allow')
    form.fields.set(
      'oauth_query',
      form.fields.get('oauth_query')?.replace('51789', '51790').replace('cli', 'clj') ?? '',
    )
    assert.equal((await browser.submit(form)).status, 400)
  })

  it('refuse forms of other sites', async () => {
    for (const path of ['/sign-in', '/oauth/consent']) {
      const body = new URLSearchParams({decision: 'allow'})
      const headers = {origin: 'https://evil.example'}
      const {status} = await fetch(sandbox.url + path, {method: 'POST', body, headers})
      assert.equal(status, 403, path)
    }
  })

  it('ask for the sign-in first when the consent page is opened without one', async () => {
    const {url} = await new Browser().open(`${sandbox.url}/oauth/consent?client_id=superset-cli`)
    assert.equal(url.pathname, '/sign-in')
  })

  it('say so when there is no such page', async () => {
    for (const path of ['/nothing', '//127.0.0.1/', '/.well-known/nothing']) {
      assert.equal((await fetch(sandbox.url + path)).status, 404, path)
    }
  })
})
