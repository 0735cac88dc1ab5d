import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {CLI, Home} from '../support/cli.ts'
import {HUMAN} from '../support/modes.ts'
import {skip} from '../support/skip.ts'

/** What would do harm if a shell read it as its own text: each leaves a file. */
const HARM =
  '$(touch pwned) `touch pwned` "; touch pwned; " \'; touch pwned; \' ${x:=$(touch pwned)} %F{red} [x] \\$(touch pwned)'
const VALUES = ['In Review', `o'clock`, 'say "hi"', '$(touch pwned)', '100%', 'a:b', 'größe']

describe('completion in real shells', () => {
  let home: Home
  let env: Record<string, string>
  before(async () => {
    home = await Home.create()
    // Blanks, quotes, percent signs and letters outside ASCII, as homes have them.
    const place = path.join(home.path, `it's 100% "größe"`)
    const bin = path.join(place, 'bin')
    const plugin = path.join(place, 'plugin')
    const data = path.join(place, '.local/share/superset')
    for (const folder of [bin, data, path.join(plugin, 'commands/acme')]) await mkdir(folder, {recursive: true})
    await writeFile(path.join(bin, 'superset'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, {mode: 0o755})
    const flags = {
      status: {name: 'status', type: 'option', options: VALUES, summary: HARM, multiple: false, hasDynamicHelp: false},
    }
    const command = {
      id: 'acme:do',
      summary: HARM,
      description: HARM,
      aliases: [],
      args: {},
      flags,
      hidden: false,
      strict: true,
    }
    const files = {
      'package.json': {
        name: '@acme/hostile',
        version: '1.0.0',
        oclif: {commands: './commands', topics: {acme: {description: HARM}}},
      },
      'oclif.manifest.json': {
        version: '1.0.0',
        commands: {'acme:do': {...command, pluginName: '@acme/hostile', pluginType: 'link'}},
      },
    }
    for (const [name, content] of Object.entries(files))
      await writeFile(path.join(plugin, name), JSON.stringify(content))
    await writeFile(path.join(plugin, 'commands/acme/do.js'), 'exports.default = class { static run() {} }\n')
    const list = {private: true, oclif: {schema: 1, plugins: [{name: '@acme/hostile', type: 'link', root: plugin}]}}
    await writeFile(path.join(data, 'package.json'), JSON.stringify(list))
    env = {
      ...(Object.fromEntries(Object.entries(process.env).filter(([name]) => !(name in HUMAN))) as Record<
        string,
        string
      >),
      HOME: place,
      XDG_DATA_HOME: path.join(place, '.local/share'),
      PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
    }
  })
  after(() => home[Symbol.asyncDispose]())
  afterEach(() => {
    assert.ok(!existsSync(path.join(home.path, 'pwned')), 'a text of the plugin was executed')
  })

  function shell(program: string, args: readonly string[]): string {
    const {stdout, stderr, error} = spawnSync(program, args, {cwd: home.path, env, encoding: 'utf8'})
    if (error) throw error
    return stdout + stderr
  }

  function demand(context: Mocha.Context, program: string): void {
    if (spawnSync(program, ['--version']).error) skip(context, `${program} is not on this machine`)
  }

  describe('bash', () => {
    before(function () {
      demand(this, 'bash')
    })

    /** What bash would put into the line, one each line. */
    function completed(...words: string[]): readonly string[] {
      const list = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
      const asked = `COMP_WORDS=(superset ${list}); COMP_CWORD=${words.length}; _superset; printf '%s\\n' "\${COMPREPLY[@]}"`
      const set = 'source <(superset autocomplete script bash)'
      return shell('bash', ['--noprofile', '--norc', '-c', `${set}; ${asked}`])
        .trimEnd()
        .split('\n')
    }

    it('completes commands, flags and values', () => {
      assert.ok(completed('').includes('tasks'))
      assert.deepEqual(completed('tasks', 'stat'), ['statuses'])
      assert.deepEqual(completed('tasks', 'list', '--sort-o'), ['--sort-order'])
      assert.deepEqual(completed('tasks', 'list', '--priority', '=', 'h'), ['high'])
    })

    it('takes what a plugin says for text, and quotes what it inserts', () => {
      assert.deepEqual(completed('ac'), ['acme'])
      const inserted = completed('acme', 'do', '--status', '')
      const back = shell('bash', ['-c', inserted.map((word) => `printf '%s\\n' ${word}`).join('; ')])
      assert.deepEqual(back.trimEnd().split('\n'), VALUES)
    })
  })

  describe('fish', () => {
    before(function () {
      demand(this, 'fish')
    })

    function completed(line: string): readonly string[] {
      const asked = `superset autocomplete script fish | source; complete -C '${line}'`
      return shell('fish', ['--no-config', '-c', asked]).trimEnd().split('\n')
    }

    it('completes commands, flags and values', () => {
      assert.ok(completed('superset ').includes('tasks\tlist and change tasks'))
      assert.deepEqual(
        completed('superset tasks list --priority h').map((line) => line.split('\t')[0]),
        ['high'],
      )
      assert.ok(completed('superset tasks list --sort-o').some((line) => line.startsWith('--sort-order')))
    })

    it('takes what a plugin says for text', () => {
      assert.ok(completed('superset acme ').some((line) => line.startsWith('do\t$(touch pwned)')))
      const values = completed('superset acme do --status ').map((line) => line.split('\t')[0])
      assert.deepEqual(values.filter((value) => VALUES.includes(value ?? '')).length, VALUES.length)
    })
  })

  describe('zsh, on a terminal', () => {
    before(function () {
      demand(this, 'zsh')
    })

    /** Types into a zsh on a pseudo-terminal until `until` is seen, and returns what its screen was sent. */
    function typed(keys: string, until: string): string {
      const set = `unsetopt zle_bracketed_paste; PS1='> '; LISTMAX=0; autoload -Uz compinit; compinit -u -D; zstyle ':completion:*' menu no; source <(superset autocomplete script zsh); print re''ady`
      const driver = `
        zmodload zsh/zpty; zpty -b z 'COLUMNS=200 TERM=dumb zsh -f -i'
        await() { local all= part; for i in {1..1200}; do while zpty -r -t z part; do all+=$part; done; [[ $all == *"$1"* ]] && break; sleep 0.05; done; print -r -- $all }
        zpty -w z ${quoted(set)}; await ready >/dev/null
        zpty -w -n z ${quoted(keys)}; await ${quoted(until)}; zpty -d z`
      return shell('zsh', ['-f', '-c', driver])
    }

    it('completes a command', () => {
      assert.match(typed('superset tasks stat\t', 'statuses'), /statuses/)
    })

    it('lists what a plugin says of itself as text, and inserts its values quoted', () => {
      assert.match(typed('superset acme \t', 'do'), /do/)
      assert.match(typed('superset ac\t\t\t', 'do '), /do/)
      const listed = typed('superset acme do --status \t', 'touch pwned')
      assert.match(listed, /touch pwned/)
      const inserted = typed(String.raw`superset acme do --status \$` + '\t', 'pwned')
      assert.match(inserted, /pwned/)
    })

    function quoted(text: string): string {
      return `'${text.replaceAll("'", `'\\''`)}'`
    }
  })

  it('tells each shell where its script goes, in lines that can be run as they are', async () => {
    for (const [name, file] of [
      ['bash', '.local/share/bash-completion/completions/superset'],
      ['fish', '.config/fish/completions/superset.fish'],
    ] as const) {
      const {stdout} = await home.run(['autocomplete', name], {env: {...HUMAN, ...env}})
      const lines = stdout.split('\n').filter((line) => line.startsWith('  '))
      assert.equal(shell('bash', ['-c', lines.join('\n')]), '')
      assert.ok(existsSync(path.join(env['HOME'] ?? '', file)), stdout)
    }
  })
})
