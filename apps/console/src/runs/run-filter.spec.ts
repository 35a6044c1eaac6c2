import { describe, expect, it } from 'vitest';
import { readAddress, toFilter, writeAddress, type RunListAddress } from './run-filter.js';

const plain: RunListAddress = {
  task: undefined,
  states: [],
  tags: [],
  error: undefined,
  span: undefined,
  sort: 'newest',
  withChildren: false,
  cursor: undefined,
};

describe('the address of the list of runs', () => {
  it('is read as it was written', () => {
    const address: RunListAddress = {
      task: 'fleet-summary',
      states: ['running', 'failed'],
      tags: ['customer 17', 'night'],
      error: '100% full & more',
      span: '24h',
      sort: 'duration',
      withChildren: true,
      cursor: 'abc',
    };
    expect(readAddress(writeAddress(address))).toEqual(address);
  });

  it('is empty for the list as it begins', () => {
    expect(writeAddress(plain).toString()).toBe('');
    expect(readAddress(new URLSearchParams())).toEqual(plain);
  });

  it('says nothing by values that do not exist', () => {
    expect(readAddress(new URLSearchParams('state=broken,failed&within=9y&sort=colour'))).toEqual({
      ...plain,
      states: ['failed'],
    });
  });

  it('asks the API for root runs, and for what is younger than its span', () => {
    expect(toFilter({ ...plain, span: '1h' }, Date.parse('2026-01-01T12:00:00Z'))).toEqual({
      rootOnly: true,
      createdAfter: '2026-01-01T11:00:00.000Z',
      sort: 'newest',
      limit: 50,
    });
  });
});
