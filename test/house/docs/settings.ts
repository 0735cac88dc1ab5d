import {GENERATED} from './commands.ts'

/** A part of a JSON Schema of ours: what an author of settings may write, and what it means. */
export interface SettingSchema {
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly type?: string
  readonly properties?: Readonly<Record<string, SettingSchema>>
}

export interface SettingsFile extends SettingSchema {
  readonly $defs?: Readonly<Record<string, SettingSchema>>
}

/** docs/settings.md: the keys of both files of settings, from the schemas that they are checked with. */
export function settingsPage(all: SettingsFile, profile: SettingsFile, loginFlags: readonly string[]): string {
  return [
    GENERATED,
    '# Settings',
    '',
    'Settings are JSON, in two kinds of files below `~/.superset` ([files](files.md)). `superset config list`, `get`, `set` and `unset` read and write them. A file with a key that',
    'is not known, or a value that does not fit, is refused with exit code 78, and named with the key. The schemas are in the package: `schemas/settings.schema.json`',
    'and `schemas/profile.schema.json`. What the administrator of a machine decides is in another file: [policy](policy.md).',
    '',
    '## For all profiles',
    '',
    'In `cli/settings.json`. `superset auth switch` and `superset identity use` write it.',
    '',
    ...table(all, []),
    '',
    '## For one profile',
    '',
    'In `cli/profiles/<name>.json`. The flags are those of `superset auth login`, which keeps what they say. [Issuers](issuers.md) shows them at work.',
    '',
    ...table(profile, loginFlags),
    '',
  ].join('\n')
}

function table(file: SettingsFile, flags: readonly string[]): string[] {
  const rows = Object.entries(file.properties ?? {}).map(([key, schema]) => {
    const {$ref, ...own} = schema
    const whole = {...file.$defs?.[$ref?.split('/').at(-1) ?? ''], ...own}
    const unlessGiven = whole.default === undefined ? '' : `\`${String(whole.default)}\``
    return `| ${[keyText(key, flags), cell(kindOf(whole)), unlessGiven, cell(whole.description ?? '')].join(' | ')} |`
  })
  return ['| key | value | unless given | |', '| --- | --- | --- | --- |', ...rows]
}

/** With the flag of the same name, or of one of several. */
function keyText(key: string, flags: readonly string[]): string {
  const name = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const flag = flags.find((one) => one === name || `${one}s` === name)
  return flag === undefined ? `\`${key}\`` : `\`${key}\`, \`--${flag}\``
}

function kindOf({enum: values, title, type}: SettingSchema): string {
  return title ?? values?.map((value) => `\`${String(value)}\``).join(', ') ?? type ?? ''
}

/** Outside of code, `<` begins a tag. */
function cell(text: string): string {
  const parts = text.replaceAll('|', String.raw`\|`).split('`')
  return parts.map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part)).join('`')
}
