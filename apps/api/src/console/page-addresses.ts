/**
 * Where the page is shown to a browser that goes there. `/runs/ID` and its like are addresses of the API as well: a
 * program gets JSON there, and a person the page about the same thing. What is not here stays the API's alone.
 */
const ADDRESSES = /^\/(?:(?:runs|tasks|files)(?:\/[^/]+)?|feeds)?$/;

/** Whether a request is a browser's that goes to an address of the page. */
export function asksForPage(method: string, url: string, accept: string | undefined): boolean {
  const [path = '/'] = url.split('?');
  if (!ADDRESSES.test(path)) return false;
  // A program that takes anything is answered there as everywhere, but for the front door, where nothing else is.
  return takesPage(method, path === '/' ? 'text/html' : accept);
}

/** Whether a request is a browser's that goes somewhere. */
export function takesPage(method: string, accept: string | undefined): boolean {
  return (method === 'GET' || method === 'HEAD') && accept?.includes('text/html') === true;
}
