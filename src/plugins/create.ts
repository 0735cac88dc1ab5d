import {EXIT, Problem} from '@superset/identity'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import {usage} from '../cli/errors.ts'
import {isPackageName} from './package-spec.ts'

export type PluginKind = 'identity-plugin' | 'plugin'

export interface NewPlugin {
  /** Of the package: `@acme/superset-plugin-jira`. */
  readonly name: string
  readonly kind: PluginKind
  /** That is not there yet, or is empty. */
  readonly folder: string
}

/** What the examples that are copied call themselves. */
const NAMES: Readonly<Record<PluginKind, string>> = {
  plugin: '@acme/superset-plugin-hello',
  'identity-plugin': '@acme/superset-identity',
}
/** A topic is a word on a command line, a folder and the beginning of a class's name. */
const TOPIC = /^[a-z][a-z\d]*(?:-[a-z\d]+)*$/

/** The topic of a plugin's commands, from its name: `jira` of `@acme/superset-plugin-jira`. */
export function topicOf(name: string): string {
  return (name.split('/').at(-1) ?? '').replace(/^superset-(?:plugin-)?/, '')
}

/**
 * Writes a plugin to begin with, whole or not at all: a copy of an example, under a name of its own.
 * @param templates files of the examples, by kind and path
 * @returns the files, below the folder
 * @throws Problem USAGE_INVALID (2), PLUGIN_NOT_CREATED (74)
 */
export function createPlugin({folder, kind, name}: NewPlugin, templates: string): readonly string[] {
  const topic = topicOf(name)
  if (!isPackageName(name))
    throw usage(`${JSON.stringify(name)} is not the name of a package.`, [`For example ${NAMES[kind]}.`])
  if (kind === 'plugin' && !TOPIC.test(topic))
    throw usage(`${JSON.stringify(topic)}, of ${name}, cannot be the topic of its commands.`, [
      `For example ${NAMES[kind]}.`,
    ])
  if (existsSync(folder) && (!isFolder(folder) || readdirSync(folder).length > 0))
    throw usage(`${folder} is there already, and is no empty folder.`, ['Name another with --folder.'])
  const all = JSON.parse(readFileSync(templates, 'utf8')) as Readonly<
    Record<PluginKind, Readonly<Record<string, string>>>
  >
  const rename = kind === 'plugin' ? renaming(name, topic) : (text: string) => text.replaceAll(NAMES[kind], name)
  const files = Object.entries(all[kind]).map(([file, text]) => [rename(file), rename(text)] as const)
  try {
    writeWhole(folder, files)
  } catch (error) {
    throw new Problem({
      code: 'PLUGIN_NOT_CREATED',
      message: `${folder} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}); nothing was left there.`,
      exit: EXIT.storage,
      suggestions: ['Name another folder with --folder.'],
      cause: error,
    })
  }

  return files.map(([file]) => file).toSorted()
}

/** Greetings stay: they are to be replaced by hand. */
function renaming(name: string, topic: string): (text: string) => string {
  const class_ = topic.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return (text) =>
    text
      .replaceAll(NAMES.plugin, name)
      .replaceAll(/\bHello(?=[A-Z])/g, class_)
      .replaceAll(/\bhello\b(?!,)/g, topic)
}

function isFolder(folder: string): boolean {
  try {
    readdirSync(folder)
    return true
  } catch {
    return false
  }
}

/** Beside its place, so that nobody sees a half. */
function writeWhole(folder: string, files: ReadonlyArray<readonly [string, string]>): void {
  mkdirSync(path.dirname(folder), {recursive: true})
  const draft = mkdtempSync(path.join(path.dirname(folder), '.superset-plugin-'))
  try {
    for (const [file, text] of files) {
      mkdirSync(path.dirname(path.join(draft, file)), {recursive: true})
      writeFileSync(path.join(draft, file), text)
    }

    if (existsSync(folder)) rmdirSync(folder)
    renameSync(draft, folder)
  } finally {
    rmSync(draft, {recursive: true, force: true})
  }
}
