import assert from 'node:assert/strict'
import {closest} from '../../../src/closest.ts'
import {checkPolicy} from '../../../src/policy/check.ts'

const check = (text: string) => checkPolicy(text, 'policy.json', closest)
const told = (text: string): readonly string[] =>
  check(text).findings.map(({column, key, line, message}) => `${line}:${column} ${key}: ${message}`)

describe('a policy before it is rolled out', () => {
  it('says what it decides where nothing is wrong', () => {
    const {decisions, findings} = check('{"$schema": "x", "storage": {"allowed": ["keychain"]}}')
    assert.deepEqual(findings, [])
    assert.deepEqual(decisions, [
      'Your organisation allows credentials in keychain only (policy policy.json: storage.allowed).',
    ])
  })

  for (const [what, text, findings] of [
    [
      'an unknown key',
      '{\n  "login": {\n    "isuer": "https://id.test"\n  }\n}',
      [/^3:5 login\.isuer: This version .* know it\. Did you mean issuer\?$/],
    ],
    [
      'an unknown room',
      '{"\u{1F512}": 1,\r\n "storge": {}}',
      [/^1:2 \u{1F512}: /u, /^2:2 storge: .*Did you mean storage\?$/],
    ],
    ['a value of another type', '{"update": {\n"auto": "no"}}', [/^2:9 update\.auto: /]],
    ['an address that is none', '{"login": {"apiUrl": "https://a b"}}', [/^1:22 login\.apiUrl: /]],
    [
      'a range that is none',
      '{"plugins": {"allowed": [{"name": "@a/*"},\n{"name": "b", "version": "new"}]}}',
      [/^2:26 plugins\.allowed\.1\.version: It is not a range/],
    ],
    ['a version that is none', '{"update": {"minimum": "1"}}', [/^1:24 update\.minimum: /]],
    [
      'a key that is none',
      '{"plugins": {"signatures": {"keys": [{"keyid": "x", "key": "AAAA"}]}}}',
      [/^1:60 plugins\.signatures\.keys\.0\.key: It is not a public key\.$/],
    ],
    ['a key that is missing', '{"plugins":\n {"allowed": [{}]}}', [/^2:15 plugins\.allowed\.0: .*name/]],
    [
      'a key that is written twice',
      '{"storage": {"allowed": ["file"]},\n"storage": {"allowed": ["key"]}}',
      [/^2:1 storage: It is written twice/],
    ],
    ['a comma too many', '{\n  "login": {},\n}', [/^3:1 : It is not JSON: expected double-quoted property name\.$/]],
    ['a comment', '{} // ours', [/^1:4 : It is not JSON: unexpected non-whitespace character after JSON\.$/]],
    ['an end that is missing', '{"login": {', [/^1:12 : It is not JSON: expected property name or '}'\.$/]],
    ['nothing', '', [/^1:1 : It is not JSON: unexpected end of JSON input\.$/]],
    ['no object', '[]', [/^1:1 : /]],
    [
      'two things at once',
      '{"login": {"isuer": "x"},\n"update": {"auto": 1}}',
      [/^1:12 login\.isuer/, /^2:20 update\.auto/],
    ],
  ] as const)
    it(`finds ${what}, and says where`, () => {
      const lines = told(text)
      assert.equal(lines.length, findings.length, lines.join('\n'))
      for (const [index, pattern] of findings.entries()) assert.match(lines[index] ?? '', pattern)
      assert.deepEqual(check(text).decisions, [])
    })

  it('refuses what the program refuses, and nothing else', () => {
    for (const text of ['{"login": {"issuer": "https://id.test"}}', '{"login": 1}', '{"identity": {"version": "x"}}'])
      assert.ok(check(text).findings.length > 0, text)
    for (const text of ['{}', '{"update": {"minimum": "1.2.3"}}']) assert.deepEqual(check(text).findings, [], text)
  })
})
