/** Pages of docs/commands, from the manifests of the CLI and of the plugins that come with it. */

export interface ManifestCommand {
  readonly id: string
  readonly summary?: string
  readonly description?: string
  readonly hidden?: boolean
  readonly aliases?: readonly string[]
  readonly examples?: ReadonlyArray<string | {readonly description?: string; readonly command: string}>
  readonly args?: Readonly<Record<string, ManifestValue>>
  readonly flags?: Readonly<Record<string, ManifestValue>>
}

interface ManifestValue {
  readonly name: string
  readonly char?: string
  readonly type?: string
  readonly summary?: string
  readonly description?: string
  readonly required?: boolean
  readonly multiple?: boolean
  readonly hidden?: boolean
  readonly allowNo?: boolean
  readonly options?: readonly string[]
  readonly helpValue?: string
  readonly helpGroup?: string
  readonly aliases?: readonly string[]
}

export function words({id}: Pick<ManifestCommand, 'id'>): string {
  return id.replaceAll(':', ' ')
}

/** By file name: a page for each topic, and an index. */
export function commandPages(commands: readonly ManifestCommand[]): Map<string, string> {
  const topics = new Map<string, ManifestCommand[]>()
  for (const command of commands) {
    const topic = command.id.split(':', 1)[0] ?? ''
    topics.set(topic, [...(topics.get(topic) ?? []), command])
  }

  const pages = new Map([...topics].map(([topic, own]) => [`${topic}.md`, topicPage(topic, own)]))
  const rows = commands.map((one) => `| [\`superset ${words(one)}\`](${link(one)}) | ${cell(one.summary)} |`)
  return pages.set(
    'README.md',
    [GENERATED, '# Commands', '', '| command | what it does |', '| --- | --- |', ...rows, ''].join('\n'),
  )
}

export const GENERATED = '<!-- Written by `npm run docs`. -->\n'

/** To a command, from the folder of the pages. */
export function link(command: ManifestCommand): string {
  return `${command.id.split(':', 1)[0]}.md#superset-${words(command).replaceAll(' ', '-')}`
}

function topicPage(topic: string, commands: readonly ManifestCommand[]): string {
  return [GENERATED, `# ${topic}`, '', ...commands.map(commandText)].join('\n')
}

function commandText(command: ManifestCommand): string {
  const values = Object.values(command.flags ?? {}).filter(({hidden}) => hidden !== true)
  const own = values.filter(({helpGroup}) => helpGroup !== 'GLOBAL')
  const shared = values.filter(({helpGroup}) => helpGroup === 'GLOBAL').map(({name}) => `\`--${name}\``)
  const args = Object.values(command.args ?? {}).filter(({hidden}) => hidden !== true)
  const usage = [`superset ${words(command)}`, ...args.map(argText), ...(values.length > 0 ? ['[flags]'] : [])].join(
    ' ',
  )
  const aliases = (command.aliases ?? []).map((alias) => `\`superset ${alias.replaceAll(':', ' ')}\``)
  return [
    `## superset ${words(command)}`,
    '',
    plain(command.summary),
    '',
    ...(command.description ? [plain(command.description), ''] : []),
    '```',
    usage,
    '```',
    '',
    ...(aliases.length > 0 ? [`Also: ${aliases.join(', ')}.`, ''] : []),
    ...table(
      'argument',
      args.map((arg) => [`\`${arg.name}\``, meaning(arg)]),
    ),
    ...table(
      'flag',
      own.map((flag) => [flagText(flag), meaning(flag)]),
    ),
    ...(shared.length > 0 ? [`And ${shared.join(', ')}.`, ''] : []),
    ...exampleTexts(command),
  ].join('\n')
}

function argText({multiple, name, required}: ManifestValue): string {
  const text = `<${name}>${multiple ? '…' : ''}`
  return required ? text : `[${text}]`
}

function flagText({aliases = [], allowNo, char, helpValue, name, options, type}: ManifestValue): string {
  const value = type === 'option' ? ` ${helpValue ?? (options ? `<${options.join('|')}>` : `<${name}>`)}` : ''
  const names = [
    ...(char ? [`-${char}`] : []),
    `--${allowNo ? '[no-]' : ''}${name}`,
    ...aliases.map((one) => `--${one}`),
  ]
  return `\`${names.join('`, `')}${value.replaceAll('|', String.raw`\|`)}\``
}

function meaning({description, multiple, options, required, summary}: ManifestValue): string {
  return [
    cell(summary ?? description),
    ...(required ? ['Required.'] : []),
    ...(multiple ? ['Can be given several times.'] : []),
    ...(options ? [`One of ${options.map((one) => `\`${one}\``).join(', ')}.`] : []),
  ].join(' ')
}

function table(heading: string, rows: ReadonlyArray<readonly [string, string]>): string[] {
  if (rows.length === 0) return []
  return [`| ${heading} | meaning |`, '| --- | --- |', ...rows.map(([name, text]) => `| ${name} | ${text} |`), '']
}

function exampleTexts(command: ManifestCommand): string[] {
  const lines = (command.examples ?? []).flatMap((example) =>
    typeof example === 'string'
      ? [filled(example, command)]
      : [`# ${example.description ?? ''}`, filled(example.command, command)],
  )
  return lines.length === 0 ? [] : ['```sh', ...lines, '```', '']
}

function filled(text: string, command: ManifestCommand): string {
  const whole = text
    .replaceAll(/<%[-=] config\.bin %>/g, 'superset')
    .replaceAll(/<%[-=] command\.id %>/g, words(command))
    .replaceAll(/<%[-=] config\.pjson\.oclif\.examplePlugin[^%]*%>/g, '@acme/superset-plugin')
  if (whole.includes('<%')) throw new Error(`an example of ${command.id} is not filled in: ${whole}`)
  return whole.trim()
}

function plain(text = ''): string {
  return text.replaceAll('<%= config.bin %>', 'superset').trim()
}

function cell(text = ''): string {
  return plain(text)
    .replaceAll('\n', ' ')
    .replaceAll('|', String.raw`\|`)
}
