"""The example's shop floor: what it makes of one order, as reports with ids and numbers of their own. A real MES has a
real one; how reports are filled in is what to look at."""
import datetime
import decimal

from google.protobuf import json_format
from isa95.flow.v1 import common_pb2 as common, production_order_pb2 as po


def instant(minutes_ago):
    at = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(minutes=minutes_ago)
    time = common.Instant(offset_minutes=60)  # as the clock on the wall shows it: one hour ahead of UTC
    time.utc.FromDatetime(at)
    return json_format.MessageToDict(time, preserving_proto_field_name=True)


def quantity(text, percent, unit):
    """A share of a decimal as a decimal: never a float, and rounded where pieces are counted."""
    value = decimal.Decimal(text) * percent / 100
    return {"value": {"value": str(value.quantize(decimal.Decimal(1 if unit == "C62" else "0.001")))},
            "unit": {"value": unit}}


class Shift:
    """What the shop floor makes of one order, as reports with ids and numbers of their own."""

    def __init__(self, order):
        self.order, self.reports, self.number = order, [], 0

    def add(self, kind, key, body, numbered=True):
        self.number += numbered
        body = {"id": {"value": key}, "order_id": {"value": self.order.id.value}, **body}
        self.reports.append({"id": key, "order_id": self.order.id.value, "kind": kind, "state": "new", "outcome": "",
                             "request": {"order_sequence": str(self.number if numbered else 0), kind: body}})

    def key(self, letter):
        return f"{letter}-{self.order.id.value}-{self.number + 1}"

    def confirm(self, segment, kind, good, minutes_ago, scrap=None):
        key = self.key("C")
        step = {"segment_requirement_id": {"value": segment.id.value}, "type": f"CONFIRMATION_TYPE_CODE_{kind}",
                "actual_start_time": instant(minutes_ago), "actual_end_time": instant(minutes_ago - 10), "output": []}
        for line in segment.material:
            if line.material_use.code != po.MATERIAL_USE_CODE_PRODUCED:
                continue
            planned, unit = line.quantity[0].value.value, line.quantity[0].unit.value
            made = {"material_definition_id": {"value": line.material_definition_id[0].value}}
            step["output"].append({"kind": "OUTPUT_KIND_CODE_GOOD", "quantity": quantity(planned, good, unit), **made})
            if scrap:
                step["output"].append({"kind": "OUTPUT_KIND_CODE_SCRAP", "quantity": quantity(planned, scrap, unit),
                                       "reason_code": {"value": "LEAKS"}, **made})
        self.add("confirmation", key, step)
        return key

    def consume(self, segment, confirmation, percent, lot, minutes_ago):
        used = [{"id": {"value": str(i + 1)}, "kind": "CONSUMPTION_KIND_CODE_CONSUMED",
                 "material_requirement_id": {"value": line.id.value},
                 "material_definition_id": {"value": line.material_definition_id[0].value},
                 "material_lot_id": {"value": f"{line.material_definition_id[0].value}-{lot}"},
                 "quantity": quantity(line.quantity[0].value.value, percent, line.quantity[0].unit.value)}
                for i, line in enumerate(l for l in segment.material
                                         if l.material_use.code == po.MATERIAL_USE_CODE_CONSUMED)]
        if used:
            self.add("consumption", self.key("G"), {
                "segment_requirement_id": {"value": segment.id.value}, "confirmation_id": {"value": confirmation},
                "actual_start_time": instant(minutes_ago), "actual_end_time": instant(minutes_ago - 10),
                "consumed": used})

    def work(self):
        for segment in self.order.segment:
            self.consume(segment, self.confirm(segment, "PARTIAL", 40, 60, scrap=2), 40, "L1", 60)
            wrong = self.confirm(segment, "PARTIAL", 50, 40)  # somebody mistyped it; a correction is a reversal
            self.add("reversal", self.key("R"), {"reverses_id": {"value": wrong}, "reason_code": {"value": "TYPO"},
                                                 "reversed_at": instant(30)})
            self.consume(segment, self.confirm(segment, "FINAL", 60, 25), 60, "L2", 25)
        return self

    def check_quality(self):
        """Flow 4: only what matters to finance or to a customer release."""
        order, lines = self.order.id.value, [l for s in self.order.segment for l in s.material if l.material_lot_id]
        lot = {"material_lot_id": {"value": lines[0].material_lot_id[0].value}}
        self.add("lot_disposition", f"D-{order}-1", {"disposition": "DISPOSITION_CODE_HOLD", "effective_time":
                 instant(20), "reason_code": {"value": "OUT-OF-SPEC"}, **lot}, numbered=False)
        self.add("test_result", f"T-{order}-1", {
            "sample_id": {"value": "S1"}, "test_specification_id": {"value": "SPEC-WGT-1"}, "property_id":
            {"value": "FILL-WEIGHT"}, "value": {"value": {"value": "500.2"}, "unit": {"value": "GRM"}},
            "low": {"value": {"value": "495"}}, "high": {"value": {"value": "505"}}, "verdict": "VERDICT_CODE_PASS",
            "measured_at": instant(18), "relevance": "RELEVANCE_CODE_CUSTOMER_RELEASE", **lot}, numbered=False)
        self.add("lot_disposition", f"D-{order}-2", {"disposition": "DISPOSITION_CODE_RELEASED", "effective_time":
                 instant(15), **lot}, numbered=False)
        stop = {"equipment_id": {"value": self.order.segment[0].equipment[0].equipment_id[0].value}, "start_time":
                instant(50), "reason_code": {"value": "JAM"}, "kind": "DOWNTIME_KIND_CODE_UNPLANNED",
                "relevance": "RELEVANCE_CODE_FINANCIAL"}
        self.add("downtime", f"S-{order}", {"phase": "DOWNTIME_PHASE_CODE_OPENED", **stop}, numbered=False)
        self.add("downtime", f"S-{order}", {"phase": "DOWNTIME_PHASE_CODE_CLOSED", "end_time": instant(41), **stop},
                 numbered=False)
