"""A small MES that speaks gRPC with the adapter, as a vendor would write it: takes orders, answers each, reports a
shift for it, and shows what became of every report. Needs the kit's protos only; `../run.sh python` makes the stubs.

What to copy from it: an order and its cursor are stored before the order is answered; a report is stored before it is
sent, and is sent under the same id until there is a receipt; nothing is ever sent a second time under a new id."""
import argparse
import json
import os
import pathlib
import random
import sys
import threading
import time

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here / "gen")]
import grpc
from google.protobuf import json_format
from isa95.exchange.v1 import exchange_pb2 as ex, exchange_pb2_grpc, report_pb2 as rp, report_pb2_grpc
from isa95.flow.v1 import production_order_pb2 as po, document_pb2 as doc
from shift import Shift

DEADLINE_S = 10  # of a unary call; streams have none
KEEPALIVE = [("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 10_000),
             ("grpc.keepalive_permit_without_calls", 1), ("grpc.http2.max_pings_without_data", 0),
             ("grpc.max_reconnect_backoff_ms", 5_000)]
AGAIN = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.INTERNAL,
         grpc.StatusCode.UNKNOWN, grpc.StatusCode.CANCELLED}  # else: the call or the contract has to be mended
CALLS = {"confirmation": "ReportConfirmation", "consumption": "ReportConsumption", "reversal": "ReverseReport",
         "lot_disposition": "ReportLotDisposition", "test_result": "ReportTestResult", "downtime": "ReportDowntime"}
LAST_WORDS = {"POSTED", "REVERSED", "PARKED", "REJECTED"}  # PENDING is followed by another


def say(*words):
    print(*words, flush=True)


class Book:
    """What must survive a crash, in one file that is replaced as a whole. A real MES has a database for this."""

    def __init__(self, path):
        self.path, self.lock = path, threading.RLock()
        self.all = {"cursor": "", "feedback_cursor": "", "deliveries": {}, "reports": []}
        if os.path.exists(path):
            self.all = json.loads(pathlib.Path(path).read_text())

    def store(self):
        with self.lock:
            with open(self.path + ".tmp", "w") as file:
                json.dump(self.all, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(self.path + ".tmp", self.path)

    def unanswered(self):
        with self.lock:
            return [dict(d, delivery_id=int(i)) for i, d in self.all["deliveries"].items()
                    if not d["told"] and d["attempt"]]

    def unsent(self):
        with self.lock:
            told = {d["order_id"] for d in self.all["deliveries"].values() if d["told"]}
            return next((r for r in self.all["reports"] if r["state"] == "new" and r["order_id"] in told), None)


class BackOff:
    """Twice as long each time, at most five seconds, never in step with others."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.pause = 0.1

    def wait(self, error):
        say("retry:", error.code().name, error.details())
        self.pause = min(self.pause * 2, 5)
        time.sleep(self.pause * random.uniform(0.7, 1.3))


class Mes:
    def __init__(self, options):
        self.options, self.book, self.duplicates = options, Book(options.book), 0
        channel = grpc.insecure_channel(options.adapter, options=KEEPALIVE)
        self.orders = exchange_pb2_grpc.OrderExchangeServiceStub(channel)
        self.reports = report_pb2_grpc.ReportExchangeServiceStub(channel)
        self.news, self.back_off = threading.Event(), BackOff()

    def follow(self, call, request, take):
        """A stream that never ends: after a break it goes on behind the cursor that was stored last."""
        back_off = BackOff()
        while True:
            try:
                for response in call(request()):
                    back_off.reset()
                    take(response)
                    self.news.set()
            except grpc.RpcError as error:
                if error.code() not in AGAIN:
                    say("STOP: stream:", error.code().name, error.details())
                    os._exit(2)
                back_off.wait(error)

    def take_order(self, response):
        delivery = response.delivery
        envelope, order = delivery.envelope, delivery.envelope.production_order
        kind = doc.MessageKind.Name(envelope.kind).removeprefix("MESSAGE_KIND_ORDER_")
        made = {l.material_definition_id[0].value for s in order.segment for l in s.material
                if l.material_use.code == po.MATERIAL_USE_CODE_PRODUCED}
        with self.book.lock:
            known = self.book.all["deliveries"].get(str(delivery.delivery_id))
            decision, reason = "ACCEPTED", ""
            if kind == "RELEASE" and not made <= set(self.options.makes):
                decision, reason = "REJECTED", "UNKNOWN_MATERIAL"
            elif kind != "RELEASE":
                decision, reason = "REJECTED", "ORDER_STARTED"  # this MES begins at once
            if known:  # delivered again: the same decision, for the new attempt
                known.update(attempt=delivery.attempt, told=False)
            else:
                self.book.all["deliveries"][str(delivery.delivery_id)] = {
                    "order_id": order.id.value, "attempt": delivery.attempt, "decision": decision, "reason": reason,
                    "told": False}
                if decision == "ACCEPTED":
                    shift = Shift(order).work()
                    if self.options.quality:
                        shift.check_quality()
                    self.book.all["reports"] += shift.reports
            self.book.all["cursor"] = delivery.cursor
            self.book.store()
        say(f"order {order.id.value} version {envelope.key_version}: {kind}, attempt {delivery.attempt} -> {decision}")

    def take_feedback(self, response):
        news = response.feedback
        outcome = rp.FeedbackOutcome.Name(news.outcome).removeprefix("FEEDBACK_OUTCOME_")
        with self.book.lock:
            mine = [r for r in self.book.all["reports"] if r["id"] == news.report_id]
            for report in [r for r in mine if r["outcome"] not in LAST_WORDS][:1] or mine[-1:]:
                report["outcome"] = outcome
            self.book.all["feedback_cursor"] = news.cursor
            self.book.store()
        say(f"report {news.report_id}: {outcome}", news.erp_document, news.reason_code, news.operator_text,
            news.who_acts)

    def answer(self, delivery):
        request = ex.AcknowledgeOrderRequest(
            site=self.options.site, delivery_id=delivery["delivery_id"], attempt=delivery["attempt"],
            decision=f"ORDER_DECISION_{delivery['decision']}", reason_code=delivery["reason"])
        try:
            self.orders.AcknowledgeOrder(request, timeout=DEADLINE_S)
        except grpc.RpcError as error:
            if error.code() in AGAIN:
                return self.back_off.wait(error)
            say(f"answer to {delivery['order_id']}:", error.code().name, error.details())
            stale = error.code() == grpc.StatusCode.ABORTED  # the order is on its way again, with another attempt
        else:
            self.back_off.reset()
            stale = False
        with self.book.lock:
            mine = self.book.all["deliveries"][str(delivery["delivery_id"])]
            if mine["attempt"] == delivery["attempt"]:
                mine.update({"attempt": 0} if stale else {"told": True})
            self.book.store()

    def send(self, report):
        call = CALLS[report["kind"]]
        request = json_format.ParseDict(report["request"], getattr(rp, call + "Request")(site=self.options.site))
        try:
            receipt = getattr(self.reports, call)(request, timeout=DEADLINE_S).receipt
            if self.options.twice:  # as after an answer that was lost
                receipt = getattr(self.reports, call)(request, timeout=DEADLINE_S).receipt
            self.back_off.reset()
            state = rp.ReceiptCode.Name(receipt.code).removeprefix("RECEIPT_CODE_")
        except grpc.RpcError as error:
            if error.code() in AGAIN:
                return self.back_off.wait(error)
            state, receipt = "STOPPED", rp.Receipt()  # to be mended by a person; sent again it would fail again
            say(f"STOP: report {report['id']}:", error.code().name, error.details())
        self.duplicates += state == "DUPLICATE"
        with self.book.lock:
            report["state"] = state
            self.book.store()
        findings = [f"{f.code}: {f.message} {f.mend} ({f.who_acts})" for f in receipt.finding]
        say(f"report {report['id']}: receipt {state}", *findings)

    def is_done(self):
        with self.book.lock:
            answered = sum(d["told"] for d in self.book.all["deliveries"].values())
            return answered >= self.options.until and all(
                r["outcome"] in LAST_WORDS or r["state"] in ("REFUSED", "STOPPED") for r in self.book.all["reports"])

    def run(self):
        site, book = self.options.site, self.book.all
        orders = lambda: ex.StreamOrdersRequest(site=site, cursor=book["cursor"])
        feedback = lambda: rp.StreamFeedbackRequest(site=site, cursor=book["feedback_cursor"])
        for stream in ((self.orders.StreamOrders, orders, self.take_order),
                       (self.reports.StreamFeedback, feedback, self.take_feedback)):
            threading.Thread(target=self.follow, args=stream, daemon=True).start()
        while not (self.options.until and self.is_done()):
            self.news.clear()
            for delivery in self.book.unanswered():
                self.answer(delivery)
            report = self.book.unsent()
            if report:
                self.send(report)
            else:
                self.news.wait(0.2)
        outcomes = [r["outcome"] or r["state"] for r in book["reports"]]
        counts = ", ".join(f"{o} {outcomes.count(o)}" for o in sorted(set(outcomes)))
        say(f"done: {len(book['deliveries'])} orders; {counts}; duplicates {self.duplicates}")
        return 0 if set(outcomes) <= {"POSTED", "REVERSED"} else 1


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--adapter", default="127.0.0.1:50051")
parser.add_argument("--site", default="LEI")
parser.add_argument("--book", default="book.json", help="file that keeps orders, reports and cursors")
parser.add_argument("--makes", nargs="*", default=["BOTTLE-500"], help="what this plant can make")
parser.add_argument("--quality", action="store_true", help="report quality and downtime too")
parser.add_argument("--twice", action="store_true", help="send each report twice, as after a lost answer")
parser.add_argument("--until", type=int, default=0, help="end after so many orders and all their reports")
sys.exit(Mes(parser.parse_args()).run())
