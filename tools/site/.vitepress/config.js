import path from 'node:path'
import {menuOf} from '../stage.js'

const root = path.resolve(import.meta.dirname, '../../..')

export default {
  title: 'superset',
  description: 'Drive the Superset service from a terminal, from CI, and from many coding agents at once',
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: 'node_modules/.cache/vitepress',
  cleanUrls: false,
  lastUpdated: false,
  rewrites: (page) => page.replace(/(^|\/)README\.md$/, '$1index.md'),
  // `<name>` in a sentence is what it says, as it is on GitHub, and no element.
  markdown: {html: false, languageAlias: {console: 'shellsession'}},
  // Else the settings of the repository's compiler would be looked for, and not be understood.
  vite: {esbuild: {tsconfigRaw: '{}'}},
  themeConfig: {
    search: {provider: 'local'},
    outline: [2, 3],
    nav: [
      {text: 'Documentation', link: '/docs/'},
      {text: 'Commands', link: '/docs/commands/'},
      {text: 'Troubleshooting', link: '/docs/troubleshooting'},
      {text: 'Changelog', link: '/CHANGELOG'},
    ],
    sidebar: menuOf(root),
  },
}
