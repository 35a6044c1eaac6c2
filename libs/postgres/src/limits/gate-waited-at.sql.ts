/** The column `gate` of a `run`: where it waits for admission, and so for no job. */
export const GATE_WAITED_AT = `CASE WHEN run.gates IS NOT NULL THEN
         (SELECT place.gate FROM millrace.gate_queue AS place WHERE place.run_id = run.id AND place.delivery = run.delivery)
       END AS gate`;
