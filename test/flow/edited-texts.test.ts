import assert from 'node:assert/strict'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {CommandsHere, succeeded} from '../support/commands-here.ts'

/** What people type into an editor, and what comes of it. */
describe('texts that are written in an editor', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'editor-'))
  const seen = path.join(folder, 'seen')
  const variables = {VISUAL: process.env['VISUAL'], EDITOR: process.env['EDITOR']}
  let sandbox: Sandbox
  let here: CommandsHere
  before(async () => {
    sandbox = await startSandbox()
    here = await CommandsHere.create(sandbox)
  })
  after(() => {
    rmSync(folder, {recursive: true})
    for (const [name, value] of Object.entries(variables)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }

    return sandbox.close()
  })

  /** An editor that shows what it was given, and leaves this; it runs with blanks and arguments in its name. */
  function leaves(text: string, exit = 0): void {
    const program = path.join(folder, 'an editor.sh')
    writeFileSync(program, `cp "$2" '${seen}'\nprintf '${text}' > "$2"\nexit ${exit}\n`)
    process.env['VISUAL'] = `sh '${program}' --wait`
  }

  const edit = (...line: string[]) => here.run([...line, '--edit'], {}, {answer: ''})

  it('creates a task with what was written, and shows what was given', async () => {
    leaves(String.raw`# New\n\nText\n\n`)
    const made = await edit('tasks', 'create', '--title', 'Edited', '--description', 'Draft')
    assert.equal(made.exit, 0, made.stderr)
    assert.deepEqual(made.sent[0]?.input, {title: 'Edited', description: '# New\n\nText'})
    assert.equal(readFileSync(seen, 'utf8'), 'Draft\n')
  })

  it('changes the description that a task has', async () => {
    leaves('Other')
    const {exit, sent, stderr} = await edit('tasks', 'update', 'edited')
    assert.equal(exit, 0, stderr)
    assert.equal(readFileSync(seen, 'utf8'), '# New\n\nText\n')
    assert.equal((sent.at(-1)?.input as {description: string}).description, 'Other')
  })

  for (const [text, exit, message] of [
    [String.raw`\n \n`, 0, /Nothing was written in the editor, so nothing was changed/],
    ['x', 1, /ended with a fault, so its text was not taken/],
  ] as const) {
    it(`changes nothing where the editor leaves ${JSON.stringify(text)} and ends with ${exit}`, async () => {
      leaves(text, exit)
      const refused = await edit('tasks', 'create', '--title', 'Not made')
      assert.equal(refused.exit, 2)
      assert.match(refused.stderr, message)
      assert.deepEqual(refused.sent, [])
      assert.equal((await here.run(['tasks', 'get', 'not-made'])).exit, 1)
    })
  }

  it('takes a hostile text in every field as it is', async () => {
    const hostile = '-x "$(id)" \u001B[31m\u202E \u{1F600} \'; DROP'
    const line = ['tasks', 'create', '--title', hostile, '--description', hostile, '--labels', hostile]
    const shown = await here.run(line)
    assert.deepEqual(shown.sent[0]?.input, {title: hostile, description: hostile, labels: [hostile]})
    assert.doesNotMatch(succeeded(shown), /\u001B|\u202E/)
    const id = succeeded(await here.run([...line, '-q'])).trim()
    const text = succeeded(await here.run(['tasks', 'get', id]))
    assert.doesNotMatch(text, /\u001B|\u202E/)
    const question = await here.run(['tasks', 'delete', id], {}, {answer: 'n\n'})
    assert.doesNotMatch(question.stderr.split('\n', 1)[0] ?? '', /\u001B|\u202E/)
    for (const flag of ['--status', '--assignee']) {
      const {exit, stderr} = await here.run(['tasks', 'update', id, flag, hostile])
      assert.equal(exit, 1)
      assert.doesNotMatch(stderr, /\u001B|\u202E/)
    }

    for (const flag of ['--search', '--project', '--project-name', '--cycle']) {
      const {exit, sent, stderr} = await here.run(['tasks', 'list', flag, hostile, '--json'])
      assert.equal(exit, 0, stderr)
      assert.ok(JSON.stringify(sent[0]?.input).includes('DROP'))
    }
  })
})
