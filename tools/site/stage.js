import {cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'

/** What the site has, as the repository has it: links between pages stay as they are. */
const PAGES = ['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md']
const PICTURES = 'docs/pictures'

/** Copies the pages of the repository `root` to `target`. A link to what is no page (a source, a test) becomes its text. */
export function stagePages(root, target) {
  rmSync(target, {recursive: true, force: true})
  const pages = PAGES.flatMap((glob) => globSync(glob, {cwd: root}))
  for (const page of pages) {
    const file = path.join(target, page)
    mkdirSync(path.dirname(file), {recursive: true})
    const text = readFileSync(path.join(root, page), 'utf8').replaceAll(/^<!--.*?-->\n/gms, '')
    writeFileSync(
      file,
      text.replaceAll(/(?<!!)\[([^\]]*)\]\(([^)\s]+)\)/g, (whole, text, to) => linkText(whole, text, to, page)),
    )
  }

  cpSync(path.join(root, PICTURES), path.join(target, PICTURES), {recursive: true})
  return pages

  function linkText(whole, text, to, page) {
    if (/^(?:[a-z]+:|#)/.test(to)) return whole
    const file = path.join(path.dirname(page), to.split('#', 1)[0])
    return pages.includes(file) || !existsSync(path.join(root, file)) ? whole : text
  }
}

/** The sections of docs/README.md, as the menu of the site. */
export function menuOf(root) {
  const text = readFileSync(path.join(root, 'docs/README.md'), 'utf8')
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.slice(0, section.indexOf('\n')),
      items: [...section.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, name, to]) => ({
        text: name[0].toUpperCase() + name.slice(1),
        link: path.posix
          .join('/docs', to)
          .replace(/README\.md$/, '')
          .replace(/\.md$/, ''),
      })),
    }))
}
