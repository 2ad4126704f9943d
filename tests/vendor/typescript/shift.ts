// The example's shop floor: what it makes of one order, as reports with ids and numbers of their own. A real MES has a
// real one; how reports are filled in is what to look at.
export type Message = Record<string, any>;  // as proto-loader gives and takes it
export interface Report { id: string; order_id: string; kind: string; state: string; outcome: string; request: Message }

const id = (value: string) => ({value});

function instant(minutesAgo: number) {
  const seconds = Math.floor(Date.now() / 1000) - 60 * minutesAgo;
  return {utc: {seconds: String(seconds)}, offset_minutes: 60};  // as the clock on the wall shows it
}

// A share of a decimal as a decimal: never a float, and rounded where pieces are counted.
function quantity(text: string, percent: number, unit: string) {
  const [whole, digits = ''] = text.split('.');
  const thousandths = BigInt(whole + digits.padEnd(3, '0').slice(0, 3)) * BigInt(percent) / 100n;
  const padded = thousandths.toString().padStart(4, '0');
  const value = unit === 'C62' ? padded.slice(0, -3) : `${padded.slice(0, -3)}.${padded.slice(-3)}`;
  return {value: {value}, unit: {value: unit}};
}

// What the shop floor makes of one order, as reports with ids and numbers of their own.
export class Shift {
  readonly reports: Report[] = [];
  private number = 0;
  private readonly order: string;

  constructor(private readonly message: Message) { this.order = message.id.value; }

  private add(kind: string, key: string, body: Message, numbered = true): string {
    if (numbered) ++this.number;
    const request = {
      order_sequence: String(numbered ? this.number : 0), [kind]: {id: id(key), order_id: id(this.order), ...body},
    };
    this.reports.push({id: key, order_id: this.order, kind, state: 'new', outcome: '', request});
    return key;
  }
  private key(letter: string) { return `${letter}-${this.order}-${this.number + 1}`; }

  private confirm(segment: Message, type: string, good: number, minutesAgo: number, scrap = 0): string {
    const output: Message[] = [];
    for (const line of linesOf(segment, 'PRODUCED')) {
      const {value, unit} = line.quantity[0];
      const material_definition_id = line.material_definition_id[0];
      const add = (kind: string, percent: number, more: Message) => output.push(
          {kind, material_definition_id, quantity: quantity(value.value, percent, unit.value), ...more});
      add('OUTPUT_KIND_CODE_GOOD', good, {});
      if (scrap > 0) add('OUTPUT_KIND_CODE_SCRAP', scrap, {reason_code: id('LEAKS')});
    }
    return this.add('confirmation', this.key('C'), {
      segment_requirement_id: segment.id, type: `CONFIRMATION_TYPE_CODE_${type}`, output,
      actual_start_time: instant(minutesAgo), actual_end_time: instant(minutesAgo - 10),
    });
  }

  private consume(segment: Message, confirmation: string, percent: number, lot: string, minutesAgo: number) {
    const consumed = linesOf(segment, 'CONSUMED').map((line, i) => ({
      id: id(String(i + 1)), kind: 'CONSUMPTION_KIND_CODE_CONSUMED', material_requirement_id: line.id,
      material_definition_id: line.material_definition_id[0],
      material_lot_id: id(`${line.material_definition_id[0].value}-${lot}`),
      quantity: quantity(line.quantity[0].value.value, percent, line.quantity[0].unit.value),
    }));
    if (consumed.length === 0) return;
    this.add('consumption', this.key('G'), {
      segment_requirement_id: segment.id, confirmation_id: id(confirmation), consumed,
      actual_start_time: instant(minutesAgo), actual_end_time: instant(minutesAgo - 10),
    });
  }

  work() {
    for (const segment of this.message.segment) {
      this.consume(segment, this.confirm(segment, 'PARTIAL', 40, 60, 2), 40, 'L1', 60);
      const wrong = this.confirm(segment, 'PARTIAL', 50, 40);  // somebody mistyped it; a correction is a reversal
      this.add('reversal', this.key('R'),
          {reverses_id: id(wrong), reason_code: id('TYPO'), reversed_at: instant(30)});
      this.consume(segment, this.confirm(segment, 'FINAL', 60, 25), 60, 'L2', 25);
    }
  }

  // Flow 4: only what matters to finance or to a customer release.
  checkQuality() {
    const lines = this.message.segment.flatMap((segment: Message) => segment.material);
    const material_lot_id = lines.find((line: Message) => line.material_lot_id.length > 0).material_lot_id[0];
    const decide = (n: number, disposition: string, minutesAgo: number, more: Message) => this.add(
        'lot_disposition', `D-${this.order}-${n}`,
        {disposition, effective_time: instant(minutesAgo), material_lot_id, ...more}, false);
    decide(1, 'DISPOSITION_CODE_HOLD', 20, {reason_code: id('OUT-OF-SPEC')});
    this.add('test_result', `T-${this.order}-1`, {
      material_lot_id, sample_id: id('S1'), test_specification_id: id('SPEC-WGT-1'), property_id: id('FILL-WEIGHT'),
      value: {value: id('500.2'), unit: id('GRM')}, low: {value: id('495')}, high: {value: id('505')},
      verdict: 'VERDICT_CODE_PASS', measured_at: instant(18), relevance: 'RELEVANCE_CODE_CUSTOMER_RELEASE',
    }, false);
    decide(2, 'DISPOSITION_CODE_RELEASED', 15, {});
    const stop = {
      equipment_id: this.message.segment[0].equipment[0].equipment_id[0], start_time: instant(50),
      reason_code: id('JAM'), kind: 'DOWNTIME_KIND_CODE_UNPLANNED', relevance: 'RELEVANCE_CODE_FINANCIAL',
    };
    this.add('downtime', `S-${this.order}`, {phase: 'DOWNTIME_PHASE_CODE_OPENED', ...stop}, false);
    this.add('downtime', `S-${this.order}`,
        {phase: 'DOWNTIME_PHASE_CODE_CLOSED', end_time: instant(41), ...stop}, false);
  }
}

export function linesOf(segment: Message, use: string): Message[] {
  return segment.material.filter((line: Message) => line.material_use?.code === `MATERIAL_USE_CODE_${use}`);
}
