import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.*;
import org.isa95.exchange.v1.Report;
import org.isa95.flow.v1.*;

/**
 * The example's shop floor: what it makes of one order, as reports with ids and numbers of their own. A real MES has a
 * real one; how reports are filled in is what to look at.
 */
final class Shift {
  final ProductionOrder order;
  final String name;
  final Map<Report, String> reports = new LinkedHashMap<>(); // with their ids
  long number = 0;

  Shift(ProductionOrder order) {
    name = (this.order = order).getId().getValue();
  }
  Identifier key(String letter) {
    return id(letter + "-" + name + "-" + ++number);
  }
  void add(Identifier id, Report.Builder report) {
    reports.put(report.build(), id.getValue());
  }

  Identifier confirm(SegmentRequirement segment, ConfirmationTypeCode type, int good, int scrap, int minutesAgo) {
    var step = ExecutionConfirmation.newBuilder()
                   .setId(key("C"))
                   .setOrderId(order.getId())
                   .setType(type)
                   .setSegmentRequirementId(segment.getId())
                   .setActualStartTime(at(minutesAgo))
                   .setActualEndTime(at(minutesAgo - 10));
    for (var line : linesOf(segment, MaterialUseCode.MATERIAL_USE_CODE_PRODUCED)) {
      var made = OutputQuantity.newBuilder().setMaterialDefinitionId(line.getMaterialDefinitionId(0));
      step.addOutput(made.setKind(OutputKindCode.OUTPUT_KIND_CODE_GOOD).setQuantity(share(line.getQuantity(0), good)));
      if (scrap > 0)
        step.addOutput(made.setKind(OutputKindCode.OUTPUT_KIND_CODE_SCRAP)
                           .setQuantity(share(line.getQuantity(0), scrap))
                           .setReasonCode(code("LEAKS")));
    }
    add(step.getId(), Report.newBuilder().setOrderSequence(number).setConfirmation(step));
    return step.getId();
  }
  void consume(SegmentRequirement segment, Identifier confirmation, int percent, String lot, int minutesAgo) {
    var lines = linesOf(segment, MaterialUseCode.MATERIAL_USE_CODE_CONSUMED);
    if (lines.isEmpty())
      return;
    var used = MaterialConsumption.newBuilder()
                   .setId(key("G"))
                   .setOrderId(order.getId())
                   .setConfirmationId(confirmation)
                   .setSegmentRequirementId(segment.getId())
                   .setActualStartTime(at(minutesAgo))
                   .setActualEndTime(at(minutesAgo - 10));
    for (var line : lines) {
      var material = line.getMaterialDefinitionId(0);
      used.addConsumed(ConsumedQuantity.newBuilder()
                           .setId(id(String.valueOf(used.getConsumedCount() + 1)))
                           .setKind(ConsumptionKindCode.CONSUMPTION_KIND_CODE_CONSUMED)
                           .setMaterialRequirementId(line.getId())
                           .setMaterialDefinitionId(material)
                           .setMaterialLotId(id(material.getValue() + "-" + lot))
                           .setQuantity(share(line.getQuantity(0), percent)));
    }
    add(used.getId(), Report.newBuilder().setOrderSequence(number).setConsumption(used));
  }
  void work() {
    for (var segment : order.getSegmentList()) {
      consume(segment, confirm(segment, ConfirmationTypeCode.CONFIRMATION_TYPE_CODE_PARTIAL, 40, 2, 60), 40, "L1", 60);
      var wrong = confirm(segment, ConfirmationTypeCode.CONFIRMATION_TYPE_CODE_PARTIAL, 50, 0, 40);
      var reversal = ReportReversal.newBuilder()
                         .setId(key("R"))
                         .setOrderId(order.getId())
                         .setReversesId(wrong)
                         .setReasonCode(code("TYPO"))
                         .setReversedAt(at(30)); // a correction is a reversal and a new report
      add(reversal.getId(), Report.newBuilder().setOrderSequence(number).setReversal(reversal));
      consume(segment, confirm(segment, ConfirmationTypeCode.CONFIRMATION_TYPE_CODE_FINAL, 60, 0, 25), 60, "L2", 25);
    }
  }
  /** Flow 4: only what matters to finance or to a customer release. */
  void checkQuality() {
    var lot = order.getSegmentList()
                  .stream()
                  .flatMap(s -> s.getMaterialList().stream())
                  .filter(line -> line.getMaterialLotIdCount() > 0)
                  .findFirst()
                  .orElseThrow()
                  .getMaterialLotId(0);
    var hold = LotDisposition.newBuilder()
                   .setId(id("D-" + name + "-1"))
                   .setOrderId(order.getId())
                   .setMaterialLotId(lot)
                   .setDisposition(DispositionCode.DISPOSITION_CODE_HOLD)
                   .setReasonCode(code("OUT-OF-SPEC"))
                   .setEffectiveTime(at(20));
    add(hold.getId(), Report.newBuilder().setLotDisposition(hold));
    var test = QualityTestResult.newBuilder()
                   .setId(id("T-" + name + "-1"))
                   .setOrderId(order.getId())
                   .setMaterialLotId(lot)
                   .setSampleId(id("S1"))
                   .setTestSpecificationId(id("SPEC-WGT-1"))
                   .setPropertyId(id("FILL-WEIGHT"))
                   .setValue(Quantity.newBuilder().setValue(decimal("500.2")).setUnit(code("GRM")))
                   .setLow(Limit.newBuilder().setValue(decimal("495")))
                   .setHigh(Limit.newBuilder().setValue(decimal("505")))
                   .setVerdict(VerdictCode.VERDICT_CODE_PASS)
                   .setMeasuredAt(at(18))
                   .setRelevance(RelevanceCode.RELEVANCE_CODE_CUSTOMER_RELEASE);
    add(test.getId(), Report.newBuilder().setTestResult(test));
    var release = hold.clone()
                      .setId(id("D-" + name + "-2"))
                      .clearReasonCode()
                      .setEffectiveTime(at(15))
                      .setDisposition(DispositionCode.DISPOSITION_CODE_RELEASED);
    add(release.getId(), Report.newBuilder().setLotDisposition(release));
    var stop = DowntimeEvent.newBuilder()
                   .setId(id("S-" + name))
                   .setOrderId(order.getId())
                   .setStartTime(at(50))
                   .setEquipmentId(order.getSegment(0).getEquipment(0).getEquipmentId(0))
                   .setReasonCode(code("JAM"))
                   .setKind(DowntimeKindCode.DOWNTIME_KIND_CODE_UNPLANNED)
                   .setRelevance(RelevanceCode.RELEVANCE_CODE_FINANCIAL);
    add(stop.getId(), Report.newBuilder().setDowntime(stop.setPhase(DowntimePhaseCode.DOWNTIME_PHASE_CODE_OPENED)));
    stop.setPhase(DowntimePhaseCode.DOWNTIME_PHASE_CODE_CLOSED).setEndTime(at(41));
    add(stop.getId(), Report.newBuilder().setDowntime(stop));
  }

  static Identifier id(String value) {
    return Identifier.newBuilder().setValue(value).build();
  }
  static Code code(String value) {
    return Code.newBuilder().setValue(value).build();
  }
  static Decimal decimal(String value) {
    return Decimal.newBuilder().setValue(value).build();
  }
  static Instant at(int minutesAgo) { // as the clock on the wall shows it: one hour ahead of UTC
    long seconds = System.currentTimeMillis() / 1000 - 60L * minutesAgo;
    return Instant.newBuilder()
        .setOffsetMinutes(60)
        .setUtc(com.google.protobuf.Timestamp.newBuilder().setSeconds(seconds))
        .build();
  }
  /** A share of a decimal as a decimal: never a double, and rounded where pieces are counted. */
  static Quantity share(Quantity planned, int percent) {
    int digits = planned.getUnit().getValue().equals("C62") ? 0 : 3;
    var value = new BigDecimal(planned.getValue().getValue())
                    .multiply(BigDecimal.valueOf(percent, 2))
                    .setScale(digits, RoundingMode.HALF_EVEN);
    return Quantity.newBuilder().setValue(decimal(value.toPlainString())).setUnit(planned.getUnit()).build();
  }
  static List<MaterialRequirement> linesOf(SegmentRequirement segment, MaterialUseCode use) {
    return segment.getMaterialList().stream().filter(line -> line.getMaterialUse().getCode() == use).toList();
  }
}
