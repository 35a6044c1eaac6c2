import { defineConfig } from 'vite';
import { compress } from './build/compress.js';
import { preloadFont } from './build/preload-font.js';
import { preloadPages } from './build/preload-pages.js';

export default defineConfig({
  plugins: [
    preloadFont('geist-latin-wght-normal'),
    preloadPages('src/app/draw.tsx', {
      '/': 'src/overview/overview-page.tsx',
      '/runs': 'src/runs/runs-page.tsx',
      '/runs/:id': 'src/run/run-page.tsx',
      '/tasks': 'src/tasks/tasks-page.tsx',
      '/tasks/:id': 'src/tasks/task-page.tsx',
      '/files': 'src/files/files-page.tsx',
      '/files/:id': 'src/files/file-page.tsx',
    }),
    compress(),
  ],
  resolve: { conditions: ['@millrace/source', 'module', 'browser', 'production'] },
  build: {
    // Where light-dark() and oklch() are known.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    // One style sheet: a page's own rules are small, and none of them arrives after its page.
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Few scripts: a browser has six connections to one address, and each script takes its turn on them.
          groups: [
            // Asks for what a page shows; comes first, and is small.
            { name: 'start', test: /console.src.(main|api|app.(pages|theme))/, priority: 1 },
            // What pages are made of, but for the large parts that few of them have.
            {
              name: 'shell',
              test: /console.src.(app.(?!draw|palette-dialog)|kit.(?!chart|dialog)|runs.run-tags)|lucide-react.dist.esm.icons/,
            },
          ],
        },
      },
      // "use client" means nothing to a page that has no server half.
      onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
    },
  },
});
