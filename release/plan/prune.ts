/** What an archive leaves out, and why nothing misses it. The licence of what is inside never is. */
interface Omission {
  /** Matched against the path below `app/`, with forward slashes. */
  readonly matches: RegExp
  readonly reason: string
  /** Packages as a whole, their licences with them. */
  readonly whole?: boolean
}

const OMISSIONS: readonly Omission[] = [
  {matches: /(^|\/)\.bin\//, reason: 'links for npm scripts; npm is found by its package'},
  {matches: /(^|\/)\.package-lock\.json$/, reason: "npm's note on the folder that it installed into"},
  {matches: /\.d\.[cm]?ts$/, reason: 'types: read by compilers and editors'},
  {matches: /\.[cm]?tsx?$/, reason: 'sources: Node does not run TypeScript below node_modules'},
  {matches: /\.(js|cjs|mjs|css|ts)\.map$/, reason: 'source maps: nothing turns them on'},
  {matches: /\.tsbuildinfo$/, reason: "the compiler's notes"},
  {matches: /^dist\/fast\/.*\.code$/, reason: 'made where it is installed, by the Node that will read it'},
  {
    matches: /^node_modules\/(typescript|@typescript\/[^/]+)\//,
    reason: 'a peer of @trpc/client for its types; oclif looks for it only to run TypeScript sources',
    whole: true,
  },
  {
    matches: /^node_modules\/cross-keychain\/(node_modules\/|dist\/cli\.js$)/,
    whole: true,
    reason: 'for its command-line program, which nothing starts, and its own back ends, which ours stands in for',
  },
  {
    matches: /^node_modules\/@superset\/identity\/(bin|dist\/conformance)\//,
    reason: 'the conformance kit, for authors of identity plugins, who install it by itself',
  },
  {matches: /^node_modules\/npm\/(docs|man)\//, reason: 'the manual of npm, which only `npm help` opens'},
  {
    matches:
      /\/(readme|changelog|changes|history|contributing|security|code_of_conduct|upgrading)(\.[\w-]+)?\.(md|markdown|txt)$/i,
    reason: 'documents for people who read the package',
  },
  {matches: /\.(md|markdown)$/i, reason: 'documents for people who read the package'},
  {
    matches:
      /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+\/(?:__tests__|tests?|benchmarks?|examples?|\.github|\.vscode|coverage)\//,
    reason: 'tests, benchmarks and examples at the top of a package',
  },
  {
    matches:
      /\/(\.npmignore|\.release-please-manifest\.json|\.editorconfig|\.eslintrc[^/]*|\.prettierrc[^/]*|\.travis\.yml|\.nycrc|\.jshintrc|\.gitattributes|\.yarnrc|tsconfig[^/]*\.json|eslint\.config\.[cm]?js|jakefile\.js|yarn\.lock)$/i,
    reason: 'settings of tools that build or check the package',
  },
]

const KEPT = /(^|\/)(licen[cs]e|copying|notice|unlicense)[^/]*$/i

/** @returns why a file stays out of the archive; undefined where it goes in */
export function omissionOf(file: string): string | undefined {
  const isKept = KEPT.test(file) && !/\.[cm]?[jt]s$/.test(file)
  return OMISSIONS.find(({matches, whole = false}) => matches.test(file) && (whole || !isKept))?.reason
}
