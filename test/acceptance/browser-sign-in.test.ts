import assert from 'node:assert/strict'
import {once} from 'node:events'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import type {Page} from 'playwright-core'
import {Chromium, chromiumMissing} from '../support/chromium.ts'
import {Home, type Started} from '../support/cli.ts'
import {assertSucceeded, sandboxEnvironment, STORAGE_KEY} from '../support/signed-in.ts'
import {skip} from '../support/skip.ts'
import {itInFull} from '../support/matrix.ts'

describe('signing in with a real browser', () => {
  let sandbox: Sandbox
  let browser: Chromium
  let home: Home
  let env: Record<string, string>

  before(async function () {
    const missing = chromiumMissing()
    if (missing !== undefined) skip(this, missing)
    sandbox = await startSandbox()
    env = {...sandboxEnvironment(sandbox), SUPERSET_STORAGE_KEY: STORAGE_KEY}
    browser = await Chromium.start()
  })
  beforeEach(async () => {
    home = await Home.createResident()
    await browser.forget()
  })
  afterEach(() => home?.[Symbol.asyncDispose]())
  after(async () => {
    await sandbox?.close()
    const peers = await browser?.close()
    if (peers === undefined) return
    assert.ok(peers.length > 0, 'the log of the browser is empty')
    assert.deepEqual([...new Set(peers)], ['127.0.0.1'], 'the browser spoke to somebody else')
  })

  it('signs in, chooses the second organization, and lands on the last page of the CLI', async () => {
    const login = home.start(['auth', 'login', '--no-browser'], {env})
    const [address] = await addresses(login)
    const page = await signInAt(address)
    const {acme, team} = sandbox.organizations
    const choices = page.getByRole('radio')
    assert.equal(await choices.count(), 2)
    const proposed = (await choices.nth(0).isChecked()) ? 0 : 1
    const other = choices.nth(1 - proposed)
    const chosen = (await other.getAttribute('value')) === acme.id ? acme : team
    await other.check()
    await page.getByRole('button', {name: 'Allow'}).click()
    await page.getByRole('heading', {name: 'You are signed in'}).waitFor()
    assert.match(
      await page.innerText('body'),
      /Go back to your terminal\. You can close this tab\.\s+Account\s+admin@local\.test/,
    )
    // Not the address of the callback: that one holds the code, and stays in the history.
    assert.match(page.url(), /^http:\/\/127\.0\.0\.1:\d+\/done$/)

    const run = await login.ended
    assertSucceeded(run)
    assert.match(run.stdout, /Signed in as admin@local\.test/)
    assert.ok(run.stdout.includes(`Organization: ${chosen.name}`), run.stdout)
    const whoami = await home.run(['auth', 'whoami', '--json'], {env})
    assertSucceeded(whoami)
    assert.equal((JSON.parse(whoami.stdout) as {organizationId: string}).organizationId, chosen.id)
    const tasks = await home.run(['tasks', 'list'], {env})
    assertSucceeded(tasks)
    assert.equal(tasks.stdout.includes('Acme only task'), chosen === acme)
    await page.close()
  })

  itInFull('row 74: denies; the page says so, and the CLI ends with 77 and nothing stored', async () => {
    const login = home.start(['auth', 'login', '--no-browser', '--json'], {env})
    const [address] = await addresses(login)
    const page = await signInAt(address)
    await page.getByRole('button', {name: 'Deny'}).click()
    await page.getByRole('heading', {name: 'Sign-in declined'}).waitFor()
    assert.match(await page.innerText('body'), /Nothing was changed\. You can close this tab\./)
    const run = await login.ended
    assert.equal(run.code, 77, run.stdout + run.stderr)
    const {error} = JSON.parse(run.stdout) as {error: {code: string; message: string}}
    assert.equal(error.code, 'AUTH_DECLINED')
    assert.equal(error.message, 'Sign-in was declined.')
    assert.equal((await home.run(['auth', 'status'], {env})).code, 4)
    await page.close()
  })

  itInFull('carries the code from the page of the service to the terminal by hand', async () => {
    const login = home.start(['auth', 'login', '--no-browser'], {env, keepStdin: true})
    const [, address] = await addresses(login)
    const page = await signInAt(address)
    await page.getByRole('button', {name: 'Allow'}).click()
    await page.getByRole('heading', {name: 'Copy this code'}).waitFor()
    const shown = await page.locator('#code').innerText()
    assert.match(shown, /^[^#\s]+#[^#\s]+$/)
    login.child.stdin?.write('not what the page shows\n')
    await said(login, /That is not a sign-in code/)
    login.child.stdin?.write(`${shown}\n`)
    assertSucceeded(await login.ended)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    await page.close()
  })

  /** The address for this machine, and the one for another machine: all for people is on stderr, nothing on stdout. */
  async function addresses(login: Started): Promise<[string, string]> {
    const pattern = /^ {2}(http\S+)$/gm
    await said(login, /(?:^ {2}http\S+\n[^]*){2}/m)
    const [here, there] = [...login.stderr.matchAll(pattern)].map(([, address]) => address ?? '')
    assert.equal(login.stdout, '')
    assert.ok(here && there, login.stderr)
    return [here, there]
  }

  async function said(login: Started, pattern: RegExp): Promise<void> {
    while (!pattern.test(login.stderr)) {
      const ended = await Promise.race([once(login.child.stderr!, 'data').then(() => undefined), login.ended])
      if (ended) assert.match(ended.stderr, pattern)
    }
  }

  /** Opens the address as a person who was never there before; returns the page that asks for consent. */
  async function signInAt(address: string): Promise<Page> {
    const {email, password} = sandbox.users.admin
    const page = await browser.newPage()
    await page.goto(address)
    await page.getByRole('heading', {name: 'Sign in'}).waitFor()
    await page.getByLabel('E-mail address').fill(email)
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', {name: 'Sign in'}).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', {name: 'Sign in'}).click()
    await page.getByRole('heading', {name: /^Allow .* to act for you\?$/}).waitFor()
    return page
  }
})
