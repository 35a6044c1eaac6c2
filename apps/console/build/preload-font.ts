import type { Plugin } from 'vite';

/** Has the browser fetch a font with the page, not after its style sheet: text is drawn once. */
export function preloadFont(name: string): Plugin {
  return {
    name: 'millrace-preload-font',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) => {
        const file = Object.keys(bundle).find((path) => path.includes(name));
        if (file === undefined) throw new Error(`The build has no font called ${name}.`);
        const attrs = { rel: 'preload', href: `/${file}`, as: 'font', type: 'font/woff2', crossorigin: true };
        return [{ tag: 'link', attrs, injectTo: 'head-prepend' }];
      },
    },
  };
}
