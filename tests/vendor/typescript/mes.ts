// A small MES that speaks gRPC with the adapter, as a vendor would write it: takes orders, answers each, reports a
// shift for it, and shows what became of every report. Needs the kit's protos only, which it reads when it starts.
//
// What to copy from it: an order and its cursor are stored before the order is answered; a report is stored before it
// is sent, and is sent under the same id until there is a receipt; nothing is ever sent a second time under a new id.
import * as fs from 'node:fs';
import * as path from 'node:path';
import {parseArgs} from 'node:util';
import * as grpc from '@grpc/grpc-js';
import * as loader from '@grpc/proto-loader';
import {linesOf, Message, Report, Shift} from './shift';

const DEADLINE_MS = 10_000;  // of a unary call; streams have none
const KEEPALIVE = {
  'grpc.keepalive_time_ms': 30_000, 'grpc.keepalive_timeout_ms': 10_000, 'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_reconnect_backoff_ms': 5_000,
};
const AGAIN = new Set([grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED, grpc.status.INTERNAL,
  grpc.status.UNKNOWN, grpc.status.CANCELLED]);  // else: the call or the contract has to be mended
const CALLS: Record<string, string> = {
  confirmation: 'ReportConfirmation', consumption: 'ReportConsumption', reversal: 'ReverseReport',
  lot_disposition: 'ReportLotDisposition', test_result: 'ReportTestResult', downtime: 'ReportDowntime',
};
const LAST_WORDS = ['POSTED', 'REVERSED', 'PARKED', 'REJECTED'];  // PENDING is followed by another

interface Delivery { order_id: string; attempt: number; decision: string; reason: string; told: boolean }
const options = parseArgs({options: {
  adapter: {type: 'string', default: '127.0.0.1:50051'}, site: {type: 'string', default: 'LEI'},
  book: {type: 'string', default: 'book.json'},           // file that keeps orders, reports and cursors
  makes: {type: 'string', multiple: true, default: ['BOTTLE-500']},  // materials this plant can make
  quality: {type: 'boolean', default: false},             // report quality and downtime too
  twice: {type: 'boolean', default: false},               // send each report twice, as after a lost answer
  until: {type: 'string', default: '0'},                  // end when so many orders are answered and all has ended
}}).values;

const say = (...words: unknown[]) => console.log(words.filter(word => word !== '').join(' '));
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

// What must survive a crash, in one file that is replaced as a whole. A real MES has a database for this.
const book = {cursor: '', feedback_cursor: '', deliveries: {} as Record<string, Delivery>, reports: [] as Report[]};
if (fs.existsSync(options.book)) Object.assign(book, JSON.parse(fs.readFileSync(options.book, 'utf8')));
function store() {
  const file = fs.openSync(options.book + '.tmp', 'w');
  fs.writeSync(file, JSON.stringify(book, null, 1));
  fs.fsyncSync(file);
  fs.closeSync(file);
  fs.renameSync(options.book + '.tmp', options.book);
}

// Twice as long each time, at most five seconds, never in step with others.
class BackOff {
  private ms = 100;
  reset() { this.ms = 100; }
  async wait(error: grpc.ServiceError) {
    say('retry:', grpc.status[error.code], error.details);
    this.ms = Math.min(this.ms * 2, 5_000);
    await sleep(this.ms * (0.7 + 0.6 * Math.random()));
  }
}

const definition = loader.loadSync(['isa95/exchange/v1/exchange.proto', 'isa95/exchange/v1/report.proto'], {
  includeDirs: [process.env.PROTOS ?? path.join(__dirname, '../../proto')], keepCase: true, longs: String,
  enums: String, defaults: true, arrays: true,
});
const api = (grpc.loadPackageDefinition(definition) as any).isa95.exchange.v1;
const credentials = grpc.credentials.createInsecure();
const orders = new api.OrderExchangeService(options.adapter, credentials, KEEPALIVE);
const reports = new api.ReportExchangeService(options.adapter, credentials, KEEPALIVE);
const site = options.site;
const backOff = new BackOff();
let duplicates = 0;

function call(client: any, method: string, request: Message): Promise<Message> {
  return new Promise((resolve, reject) => client[method](
      request, {deadline: Date.now() + DEADLINE_MS},
      (error: grpc.ServiceError | null, response: Message) => error ? reject(error) : resolve(response)));
}

// A stream that never ends: after a break it goes on behind the cursor that was stored last.
async function follow(open: () => AsyncIterable<Message>, take: (response: Message) => void) {
  const own = new BackOff();
  for (;;) {
    try {
      for await (const response of open()) {
        own.reset();
        take(response);
      }
    } catch (error) {
      const status = error as grpc.ServiceError;
      if (!AGAIN.has(status.code)) {
        say('STOP: stream:', status.details ?? status);
        process.exit(2);
      }
      await own.wait(status);
    }
  }
}

function takeOrder({delivery}: Message) {
  const {envelope, delivery_id, attempt} = delivery;
  const order = envelope.production_order;
  const kind = envelope.kind.replace('MESSAGE_KIND_ORDER_', '');
  const made = order.segment.flatMap((segment: Message) => linesOf(segment, 'PRODUCED'))
      .map((line: Message) => line.material_definition_id[0].value);
  let [decision, reason] = ['ACCEPTED', ''];
  if (kind === 'RELEASE' && !made.every((m: string) => options.makes.includes(m)))
    [decision, reason] = ['REJECTED', 'UNKNOWN_MATERIAL'];
  else if (kind !== 'RELEASE') [decision, reason] = ['REJECTED', 'ORDER_STARTED'];  // this MES begins at once
  const known = book.deliveries[delivery_id];
  if (known) {
    Object.assign(known, {attempt, told: false});  // delivered again: the same decision, for the new attempt
  } else {
    book.deliveries[delivery_id] = {order_id: order.id.value, attempt, decision, reason, told: false};
    const shift = new Shift(order);
    if (decision === 'ACCEPTED') shift.work();
    if (decision === 'ACCEPTED' && options.quality) shift.checkQuality();
    book.reports.push(...shift.reports);
  }
  book.cursor = delivery.cursor;
  store();
  say(`order ${order.id.value} version ${envelope.key_version}: ${kind}, attempt ${attempt} -> ${decision}`);
}

function takeFeedback({feedback}: Message) {
  const outcome = feedback.outcome.replace('FEEDBACK_OUTCOME_', '');
  const mine = book.reports.filter(report => report.id === feedback.report_id);
  const report = mine.find(each => !LAST_WORDS.includes(each.outcome)) ?? mine.at(-1);
  if (report) report.outcome = outcome;
  book.feedback_cursor = feedback.cursor;
  store();
  say(`report ${feedback.report_id}: ${outcome}`, feedback.erp_document, feedback.reason_code, feedback.operator_text,
      feedback.who_acts);
}

async function answer(delivery_id: string, delivery: Delivery) {
  const {attempt, decision, reason} = delivery;
  try {
    await call(orders, 'AcknowledgeOrder',
        {site, delivery_id, attempt, decision: `ORDER_DECISION_${decision}`, reason_code: reason});
    backOff.reset();
    if (delivery.attempt === attempt) delivery.told = true;
  } catch (error) {
    const status = error as grpc.ServiceError;
    if (AGAIN.has(status.code)) return backOff.wait(status);
    say(`answer to ${delivery.order_id}:`, status.details);
    // ABORTED: the order is on its way again, with another attempt.
    if (delivery.attempt === attempt)
      Object.assign(delivery, status.code === grpc.status.ABORTED ? {attempt: 0} : {told: true});
  }
  store();
}

async function send(report: Report) {
  try {
    let {receipt} = await call(reports, CALLS[report.kind], {site, ...report.request});
    if (options.twice) ({receipt} = await call(reports, CALLS[report.kind], {site, ...report.request}));
    backOff.reset();
    report.state = receipt.code.replace('RECEIPT_CODE_', '');
    const findings = receipt.finding.map((f: Message) => `${f.code}: ${f.message} ${f.mend} (${f.who_acts})`);
    say(`report ${report.id}: receipt ${report.state}`, ...findings);
  } catch (error) {
    const status = error as grpc.ServiceError;
    if (AGAIN.has(status.code)) return backOff.wait(status);
    report.state = 'STOPPED';  // to be mended by a person; sent again it would fail again
    say(`STOP: report ${report.id}:`, status.details);
  }
  if (report.state === 'DUPLICATE') ++duplicates;
  store();
}

function isDone() {
  const told = Object.values(book.deliveries).filter(delivery => delivery.told).length;
  return told >= Number(options.until) && book.reports.every(
      report => LAST_WORDS.includes(report.outcome) || ['REFUSED', 'STOPPED'].includes(report.state));
}

async function main() {
  void follow(() => orders.StreamOrders({site, cursor: book.cursor}), takeOrder);
  void follow(() => reports.StreamFeedback({site, cursor: book.feedback_cursor}), takeFeedback);
  while (!(Number(options.until) > 0 && isDone())) {
    const waiting = Object.entries(book.deliveries).find(([, each]) => !each.told && each.attempt > 0);
    const told = new Set(Object.values(book.deliveries).filter(each => each.told).map(each => each.order_id));
    const report = book.reports.find(each => each.state === 'new' && told.has(each.order_id));
    if (waiting) await answer(...waiting);
    else if (report) await send(report);
    else await sleep(50);
  }
  const outcomes = book.reports.map(report => report.outcome || report.state).sort();
  const counts = [...new Set(outcomes)].map(each => `${each} ${outcomes.filter(other => other === each).length}`);
  say(`done: ${Object.keys(book.deliveries).length} orders; ${counts.join(', ')}; duplicates ${duplicates}`);
  process.exit(outcomes.every(outcome => outcome === 'POSTED' || outcome === 'REVERSED') ? 0 : 1);
}
void main();
