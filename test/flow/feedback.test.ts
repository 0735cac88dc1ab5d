import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {release, tmpdir} from 'node:os'
import path from 'node:path'
import {CommandsHere, refused, succeeded} from '../support/commands-here.ts'

const LINE = ['feedback', 'submit', '--type', 'bug', '--title', 'Slow']

describe('feedback submit', () => {
  let sandbox: Sandbox
  let here: CommandsHere
  const folder = mkdtempSync(path.join(tmpdir(), 'feedback-'))
  const file = (name: string, text: string | Buffer) => {
    writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
  }
  before(async () => {
    sandbox = await startSandbox()
    here = await CommandsHere.create(sandbox)
  })
  after(() => {
    rmSync(folder, {recursive: true})
    return sandbox.close()
  })
  afterEach(() => sandbox.faults.api.clear())

  it('sends what was written, the version and the system, and nothing more', async () => {
    const shown = await here.run([...LINE, '--body', '- It is'])
    assert.equal(succeeded(shown), 'Sent. Answers come to the e-mail address of your account.\n')
    const [{appVersion, os, ...rest} = {}] = shown.sent.map(({input}) => input as Record<string, string>)
    assert.deepEqual(rest, {type: 'bug', title: 'Slow', body: '- It is'})
    assert.match(String(appVersion), /^\d+\.\d+\.\d+/)
    assert.ok(os?.includes(release()), os)
    assert.equal(sandbox.feedback.at(-1)?.body, '- It is')
  })

  it('takes the text from standard input, and files along', async () => {
    const files = [file('a.log', 'one'), file('b.bin', Buffer.from([0, 255]))]
    const line = [...LINE, '--body-file', '-', '--attach', files.join(','), '--json']
    const shown = await here.run(line, {}, {piped: 'In full\n'})
    assert.deepEqual(JSON.parse(succeeded(shown)), {submitted: true, attachments: 2})
    const {attachments, body} = shown.sent[0]?.input as Record<string, unknown>
    assert.equal(body, 'In full')
    assert.deepEqual(attachments, [
      {filename: 'a.log', contentBase64: 'b25l'},
      {filename: 'b.bin', contentBase64: 'AP8='},
    ])
  })

  it('shows the diagnostics to a person before they are sent, and has nothing of the person in them', async () => {
    const line = [...LINE, '--body', 'x', '--diagnostics']
    const no = await here.run(line, {}, {answer: 'n\n'})
    assert.deepEqual([no.exit, no.sent], [1, []])
    assert.match(no.stderr, /^superset \d.*\nNode \d.*\nPlugins: none\nSend this along\? \[y\/N\] /s)
    process.env['SUPERSET_TEST_SECRET'] = 'a-secret'
    const shown = await here.run(line)
    delete process.env['SUPERSET_TEST_SECRET']
    const {attachments} = shown.sent[0]?.input as {attachments: {filename: string; contentBase64: string}[]}
    const text = Buffer.from(attachments[0]?.contentBase64 ?? '', 'base64').toString()
    assert.equal(attachments[0]?.filename, 'feedback-diagnostics.txt')
    assert.match(text, /^superset \d.*\nNode \d/)
    assert.doesNotMatch(text, new RegExp(`a-secret|sk_live|${process.env['HOME'] ?? 'HOME'}`))
  })

  for (const [flags, message] of [
    [[], /--body, --body-file/],
    [['--body', 'x', '--body-file', '-'], /--body/],
    [['--body', ' '], /--body: there is no text in it/],
    [['--body', 'x', '--attach', '/no/such/file'], /--attach: cannot read \/no\/such\/file/],
    [['--body', 'x', '--attach', 'a,b,c,d,e,f'], /6 files are more than the 5/],
    [['--body', 'x', '--attach', 'a,b,c,d,e', '--diagnostics'], /6 files are more than the 5/],
  ] as const) {
    it(`refuses ${flags.join(' ')} before anything is sent`, async () => {
      refused(await here.run([...LINE, ...flags]), message)
    })
  }

  it('refuses files that are empty or more than fits', async () => {
    refused(await here.run([...LINE, '--body', 'x', '--attach', file('none', '')]), /none is empty/)
    const large = [file('l1', Buffer.alloc(6 << 20)), file('l2', Buffer.alloc(6 << 20))]
    refused(await here.run([...LINE, '--body', 'x', '--attach', large.join(',')]), /l2 has more than \d+ bytes/)
  })

  it('says that the service could not send it', async () => {
    const message = 'Failed to send feedback'
    const body = {error: {json: {message, code: -32_603, data: {code: 'X', httpStatus: 500}}}}
    sandbox.faults.api.add({procedure: 'support.submitFeedback', answer: {status: 500, body}})
    const {exit, stderr} = await here.run([...LINE, '--body', 'x'])
    assert.equal(exit, 75)
    assert.match(stderr, /could not send it to its makers.*\(FEEDBACK_NOT_SENT\)/s)
  })
})
