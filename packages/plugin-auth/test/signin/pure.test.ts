import assert from 'node:assert/strict'
import {type BrowserEnvironment, chooseBrowser} from '@superset/identity/browser'
import {readPasted} from '../../src/signin/paste.ts'

const expected = {state: 's1', issuer: 'https://id.example.test', namesIssuer: true}
const address = 'http://127.0.0.1:51789/callback'

describe('what a person pastes', () => {
  it('takes code and state, also with what a terminal puts around them', () => {
    const answer = {kind: 'answer', answer: {kind: 'code', code: 'c1'}, from: 'page'}
    for (const line of ['c1#s1', '  c1#s1\r', '\u001B[200~c1#s1\u001B[201~'])
      assert.deepEqual(readPasted(line, expected), answer)
  })

  it('row 116: takes it in several lines, in quotes, with blanks, and with words around it', () => {
    const query = `code=${'c'.repeat(64 * 1024)}&state=s1&iss=https%3A%2F%2Fid.example.test`
    const whole = `${address}?${query}`
    const lines = whole.match(/.{1,80}/g) ?? []
    const forms = [whole, lines.join('\n'), lines.join('\r\n  '), `"${whole}"`, `<${whole}> `, `It says:\n'${whole}'\n`]
    for (const form of forms) {
      const pasted = readPasted(form, expected)
      assert.equal(pasted.kind === 'answer' && pasted.answer.kind === 'code' && pasted.answer.code.length, 64 * 1024)
    }

    for (const form of ['c1 #s1', '"c1#s1"', 'c1#\ns1', 'Code:\nc1#s1'])
      assert.equal(readPasted(form, expected).kind, 'answer', form)
  })

  it('takes the whole address, checked like any other answer', () => {
    const at = (query: string) => readPasted(`${address}?${query}`, expected)
    const iss = 'iss=https%3A%2F%2Fid.example.test'
    assert.deepEqual(at(`code=c1&state=s1&${iss}`), {
      kind: 'answer',
      answer: {kind: 'code', code: 'c1'},
      from: 'address',
    })
    assert.deepEqual(at(`error=access_denied&state=s1&${iss}`), {
      kind: 'answer',
      answer: {kind: 'error', error: 'access_denied'},
      from: 'address',
    })
    assert.deepEqual(at('code=c1&state=s1'), {
      kind: 'answer',
      answer: {kind: 'wrong-issuer', got: undefined},
      from: 'address',
    })
    assert.equal(at(`code=c1&state=s2&${iss}`).kind, 'bad')
    assert.equal(at('x=1').kind, 'bad')
  })

  it('says why anything else is no code', () => {
    for (const line of ['c1', 'c1#', '#s1', 'c1#s2', 'c1#s1#s1', 'https://']) {
      const pasted = readPasted(line, expected)
      assert.equal(pasted.kind, 'bad', line)
      assert.ok(pasted.kind === 'bad' && !pasted.why.includes(line))
    }

    assert.equal(readPasted('  ', expected).kind, 'nothing')
  })
})

describe('choosing a browser', () => {
  const desktop: BrowserEnvironment = {ci: false, ssh: false, display: true, platform: 'linux'}
  const choose = (change: Partial<BrowserEnvironment>, asked: {wanted?: boolean; terminal?: boolean} = {}) =>
    chooseBrowser({...desktop, ...change}, {wanted: true, terminal: true, ...asked})

  it('opens the desktop browser only where somebody can see it', () => {
    assert.equal(choose({}).kind, 'default')
    assert.equal(choose({platform: 'darwin', display: false}).kind, 'default')
    assert.equal(choose({ssh: true}).kind, 'default', 'a forwarded display')
    assert.equal(choose({ssh: true, display: false}).kind, 'none')
    assert.equal(choose({platform: 'darwin', ssh: true, display: false}).kind, 'none')
    assert.equal(choose({display: false}).kind, 'none')
    assert.equal(choose({ci: true}).kind, 'none')
    assert.equal(choose({}, {terminal: false}).kind, 'none')
    assert.equal(choose({}, {wanted: false}).kind, 'none')
  })

  it('row 78: honours BROWSER also without a terminal, and --no-browser before it', () => {
    const nobody = {ci: true, display: false, ssh: true}
    assert.deepEqual(choose({...nobody, browser: 'lynx:firefox --new-tab %s'}, {terminal: false}), {
      kind: 'commands',
      commands: [['lynx'], ['firefox', '--new-tab', '%s']],
    })
    assert.deepEqual(choose({browser: process.execPath}), {kind: 'commands', commands: [[process.execPath]]})
    assert.equal(choose({browser: 'none'}).kind, 'none')
    assert.equal(choose({browser: 'lynx'}, {wanted: false}).kind, 'none')
  })
})
