import { Output } from './output.js';
import { randomNumbers } from './random.js';

const STATUSES = ['driving', 'parking', 'accident', 'charging'];
const FIRST_MS = Date.UTC(2022, 5, 5);
/** A report is up to so much later or earlier than its place in the file says. */
const DISORDER_MS = 60_000;

/** Writes a file of status reports on one line, and the same as text for COPY; the same every time. */
export async function makeStatusFile(
  path: string,
  flatPath: string,
  { reports, vehicles }: { readonly reports: number; readonly vehicles: number },
): Promise<void> {
  const random = randomNumbers(3);
  const [json, flat] = [new Output(path), new Output(flatPath)];
  await json.write('{"vehicle_status":[');
  for (let report = 0; report < reports; report += 1) {
    const vehicle_id = ((random() % vehicles) + 1).toString(16).padStart(8, '0').repeat(4);
    const report_time = new Date(FIRST_MS + report + (random() % DISORDER_MS)).toISOString();
    const status = STATUSES[random() % STATUSES.length] ?? '';
    await json.write(`${report === 0 ? '' : ','}${JSON.stringify({ vehicle_id, report_time, status })}`);
    await flat.write(`${vehicle_id}\t${report_time}\t${status}\n`);
  }
  await json.write(']}');
  await Promise.all([json.end(), flat.end()]);
}
