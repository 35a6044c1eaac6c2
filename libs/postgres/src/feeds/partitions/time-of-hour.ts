/** SQL of the time at which an hour begins that is counted from 2000. @param hour SQL of an integer */
export function timeOfHour(hour: string): string {
  return `timestamptz '2000-01-01Z' + make_interval(hours => ${hour})`;
}
