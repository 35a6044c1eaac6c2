import { describe, expect, it } from 'vitest';
import { asksForPage } from './page-addresses.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('a browser that goes to', () => {
  it.each([['/'], ['/runs'], ['/runs?state=failed'], ['/runs/7'], ['/tasks/hello'], ['/files/7'], ['/?theme=dark']])(
    '%s is shown the page',
    (url) => {
      expect(asksForPage('GET', url, BROWSER)).toBe(true);
    },
  );

  it.each([['/docs'], ['/queues'], ['/openapi.json'], ['/health/ready'], ['/runs/7/logs'], ['/nowhere']])(
    '%s is not',
    (url) => {
      expect(asksForPage('GET', url, BROWSER)).toBe(false);
    },
  );
});

describe('a program', () => {
  it.each([[undefined], ['*/*'], ['application/json']])('that accepts %s gets JSON', (accept) => {
    expect(asksForPage('GET', '/runs/7', accept)).toBe(false);
    expect(asksForPage('POST', '/runs', BROWSER)).toBe(false);
  });
});
