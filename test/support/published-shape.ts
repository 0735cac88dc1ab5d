import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js'
import assert from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')
const PACKAGES = ['.', 'packages/plugin-auth']
const validators = new Map<string, ValidateFunction>()

/** Where the shape of what a command prints with `--json` is published; `undefined`: nowhere. */
export function publishedShape(command: string): string | undefined {
  const files = PACKAGES.map((name) =>
    path.join(ROOT, name, 'schemas/commands', `${command.replaceAll(' ', '-')}.json`),
  )
  return files.find((file) => existsSync(file))
}

/** What a command printed is JSON of the shape that is published for it. */
export function assertPublishedShape(command: string, stdout: string): void {
  const file = publishedShape(command)
  assert.ok(file !== undefined, `static output of ${command} is missing`)
  const validate =
    validators.get(file) ?? new Ajv2020({strict: false}).compile(JSON.parse(readFileSync(file, 'utf8')) as object)
  validators.set(file, validate)
  assert.ok(validate(JSON.parse(stdout)), `${JSON.stringify(validate.errors)}\n${stdout}`)
}

/** Ids of all commands that take `--json`, in words. */
export function commandsWithJson(): string[] {
  return PACKAGES.flatMap((name) => {
    const text = readFileSync(path.join(ROOT, name, 'oclif.manifest.json'), 'utf8')
    const {commands} = JSON.parse(text) as {commands: Record<string, {enableJsonFlag: boolean}>}
    return Object.entries(commands).flatMap(([id, {enableJsonFlag}]) => (enableJsonFlag ? id.replaceAll(':', ' ') : []))
  })
}
