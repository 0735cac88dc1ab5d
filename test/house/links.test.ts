import assert from 'node:assert/strict'
import {existsSync, globSync, readFileSync} from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const pages = ['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'].flatMap((glob) =>
  globSync(glob, {cwd: root}),
)

interface Link {
  readonly from: string
  readonly file: string
  readonly anchor: string
}

describe('links between pages', () => {
  const links = pages.flatMap((page) => linksOf(page, read(page)))

  it('lead to headings that there are', () => {
    assert.ok(links.filter(({anchor}) => anchor !== '').length > 20, 'none were found')
    const anchors = new Map<string, ReadonlySet<string>>()
    const broken = links.filter(({anchor, file}) => {
      if (anchor === '' || !file.endsWith('.md') || !existsSync(path.join(root, file))) return false
      if (!anchors.has(file)) anchors.set(file, anchorsOf(read(file)))
      return !anchors.get(file)?.has(anchor)
    })
    assert.deepEqual(broken, [])
  })

  it('lead from docs/README.md to every page of docs', () => {
    const seen = new Set<string>()
    const next = ['docs/README.md']
    for (let page = next.pop(); page !== undefined; page = next.pop()) {
      if (seen.has(page)) continue
      seen.add(page)
      next.push(...links.filter(({file, from}) => from === page && file.endsWith('.md')).map(({file}) => file))
    }

    assert.deepEqual(
      pages.filter((page) => page.startsWith('docs/') && !seen.has(page)),
      [],
    )
  })

  it('are found as GitHub makes them', () => {
    assert.deepEqual(
      [...anchorsOf('# A `b` & c!\n## What it cannot do: the (trust) boundary\n```\n# no\n```\n## x\n## x\n')],
      ['a-b--c', 'what-it-cannot-do-the-trust-boundary', 'x', 'x-1'],
    )
  })
})

function read(page: string): string {
  return readFileSync(path.join(root, page), 'utf8')
}

function linksOf(page: string, text: string): Link[] {
  return [...text.matchAll(/\]\((?<target>[^)\s]+)\)/g)].flatMap(({groups}) => {
    const target = groups?.['target'] ?? ''
    if (/^[a-z]+:/.test(target)) return []
    const [file = '', anchor = ''] = target.split('#')
    return [{from: page, file: file === '' ? page : path.join(path.dirname(page), file), anchor}]
  })
}

/** The headings' anchors; of two that are alike the second gets a number. */
function anchorsOf(text: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const [, heading = ''] of text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = plain.replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
    let anchor = slug
    for (let count = 1; found.has(anchor); count++) anchor = `${slug}-${count}`
    found.add(anchor)
  }

  return found
}
