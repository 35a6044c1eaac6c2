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
  parent: undefined,
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
      parent: '01931b5c-9d2e-7f00-8000-000000000000',
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

  it('asks for the children of a run, which are no roots', () => {
    const parent = '01931b5c-9d2e-7f00-8000-000000000000';
    expect(toFilter({ ...plain, parent, states: ['failed'] }, 0)).toEqual({
      parent,
      state: ['failed'],
      sort: 'newest',
      limit: 50,
    });
  });
});
