import {readFileSync} from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

/** Tells the mutations that do not compile: `npm test` begins with the compiler. */
export class Compiler {
  readonly #service: ts.LanguageService
  #mutated: {readonly file: string; readonly text: string; readonly version: number} = {file: '', text: '', version: 0}

  constructor(root: string, files: readonly string[]) {
    const config = path.join(root, 'tsconfig.test.json')
    const options = ts.parseJsonConfigFileContent(
      ts.readConfigFile(config, ts.sys.readFile).config,
      ts.sys,
      root,
    ).options
    this.#service = ts.createLanguageService({
      ...ts.sys,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getCompilationSettings: () => options,
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      getScriptFileNames: () => files.map((file) => path.join(root, file)),
      getScriptVersion: (file) => (file === this.#mutated.file ? String(this.#mutated.version) : '0'),
      getScriptSnapshot: (file) => {
        const text = file === this.#mutated.file ? this.#mutated.text : ts.sys.readFile(file)
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
      },
    })
    for (const file of files) {
      const fault = this.refusal(path.join(root, file), readFileSync(path.join(root, file), 'utf8'))
      if (fault !== undefined) throw new Error(`${file} does not compile as it stands: ${fault}`)
    }
  }

  /** @returns the compiler's first complaint of the file */
  refusal(file: string, text: string): string | undefined {
    this.#mutated = {file, text, version: this.#mutated.version + 1}
    const [first] = [...this.#service.getSyntacticDiagnostics(file), ...this.#service.getSemanticDiagnostics(file)]
    return first && ts.flattenDiagnosticMessageText(first.messageText, ' ')
  }
}
