// The example's shop floor: what it makes of one order, as reports with ids and numbers of their own. A real MES has a
// real one; how reports are filled in is what to look at.
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Isa95.Exchange.V1;
using Isa95.Flow.V1;

public sealed class Shift {
    public List<(string Id, Report Report)> Reports { get; } = new();
    private readonly ProductionOrder _order;
    private readonly string _name;
    private ulong _number;

    public Shift(ProductionOrder order) => (_order, _name) = (order, order.Id.Value);

    public static IEnumerable<MaterialRequirement> LinesOf(SegmentRequirement segment, MaterialUseCode use) =>
        segment.Material.Where(line => line.MaterialUse?.Code == use);

    private static Identifier Id(string value) => new() {Value = value};
    private static Code CodeOf(string value) => new() {Value = value};
    private static Isa95.Flow.V1.Decimal Number(string value) => new() {Value = value};

    private static Instant At(int minutesAgo) => new() {  // as the clock on the wall shows it: one hour ahead of UTC
        OffsetMinutes = 60, Utc = Timestamp.FromDateTime(DateTime.UtcNow.AddMinutes(-minutesAgo))};

    // A share of a decimal as a decimal: never a double, and rounded where pieces are counted.
    private static Quantity Share(Quantity planned, int percent) {
        var value = decimal.Parse(planned.Value.Value, CultureInfo.InvariantCulture) * percent / 100;
        var text = value.ToString(planned.Unit.Value == "C62" ? "0" : "0.000", CultureInfo.InvariantCulture);
        return new Quantity {Value = Number(text), Unit = planned.Unit};
    }

    private Identifier Key(string letter) => Id($"{letter}-{_name}-{++_number}");

    private Identifier Confirm(SegmentRequirement segment, ConfirmationTypeCode type, int good, int scrap, int minutesAgo) {
        var step = new ExecutionConfirmation {
            Id = Key("C"), OrderId = _order.Id, SegmentRequirementId = segment.Id, Type = type,
            ActualStartTime = At(minutesAgo), ActualEndTime = At(minutesAgo - 10)};
        foreach (var line in LinesOf(segment, MaterialUseCode.Produced)) {
            step.Output.Add(new OutputQuantity {Kind = OutputKindCode.Good, Quantity = Share(line.Quantity[0], good),
                MaterialDefinitionId = line.MaterialDefinitionId[0]});
            if (scrap > 0) step.Output.Add(new OutputQuantity {Kind = OutputKindCode.Scrap, ReasonCode = CodeOf("LEAKS"),
                Quantity = Share(line.Quantity[0], scrap), MaterialDefinitionId = line.MaterialDefinitionId[0]});
        }
        Reports.Add((step.Id.Value, new Report {OrderSequence = _number, Confirmation = step}));
        return step.Id;
    }

    private void Consume(SegmentRequirement segment, Identifier confirmation, int percent, string lot, int minutesAgo) {
        var lines = LinesOf(segment, MaterialUseCode.Consumed).ToList();
        if (lines.Count == 0) return;
        var used = new MaterialConsumption {
            Id = Key("G"), OrderId = _order.Id, SegmentRequirementId = segment.Id, ConfirmationId = confirmation,
            ActualStartTime = At(minutesAgo), ActualEndTime = At(minutesAgo - 10)};
        foreach (var line in lines) {
            var material = line.MaterialDefinitionId[0];
            used.Consumed.Add(new ConsumedQuantity {
                Id = Id($"{used.Consumed.Count + 1}"), Kind = ConsumptionKindCode.Consumed, MaterialRequirementId = line.Id,
                MaterialDefinitionId = material, MaterialLotId = Id($"{material.Value}-{lot}"),
                Quantity = Share(line.Quantity[0], percent)});
        }
        Reports.Add((used.Id.Value, new Report {OrderSequence = _number, Consumption = used}));
    }

    public void Work() {
        foreach (var segment in _order.Segment) {
            Consume(segment, Confirm(segment, ConfirmationTypeCode.Partial, 40, 2, 60), 40, "L1", 60);
            var wrong = Confirm(segment, ConfirmationTypeCode.Partial, 50, 0, 40);  // somebody mistyped it
            var reversal = new ReportReversal {  // a correction is a reversal and a new report
                Id = Key("R"), OrderId = _order.Id, ReversesId = wrong, ReasonCode = CodeOf("TYPO"), ReversedAt = At(30)};
            Reports.Add((reversal.Id.Value, new Report {OrderSequence = _number, Reversal = reversal}));
            Consume(segment, Confirm(segment, ConfirmationTypeCode.Final, 60, 0, 25), 60, "L2", 25);
        }
    }

    // Flow 4: only what matters to finance or to a customer release.
    public void CheckQuality() {
        var lot = _order.Segment.SelectMany(s => s.Material).First(line => line.MaterialLotId.Count > 0).MaterialLotId[0];
        var hold = new LotDisposition {Id = Id($"D-{_name}-1"), OrderId = _order.Id, MaterialLotId = lot,
            Disposition = DispositionCode.Hold, ReasonCode = CodeOf("OUT-OF-SPEC"), EffectiveTime = At(20)};
        var test = new QualityTestResult {Id = Id($"T-{_name}-1"), OrderId = _order.Id, MaterialLotId = lot,
            SampleId = Id("S1"), TestSpecificationId = Id("SPEC-WGT-1"), PropertyId = Id("FILL-WEIGHT"),
            Value = new Quantity {Value = Number("500.2"), Unit = CodeOf("GRM")}, Low = new Limit {Value = Number("495")},
            High = new Limit {Value = Number("505")}, Verdict = VerdictCode.Pass, MeasuredAt = At(18),
            Relevance = RelevanceCode.CustomerRelease};
        var release = new LotDisposition {Id = Id($"D-{_name}-2"), OrderId = _order.Id, MaterialLotId = lot,
            Disposition = DispositionCode.Released, EffectiveTime = At(15)};
        var opened = new DowntimeEvent {Id = Id($"S-{_name}"), OrderId = _order.Id, StartTime = At(50),
            EquipmentId = _order.Segment[0].Equipment[0].EquipmentId[0], ReasonCode = CodeOf("JAM"),
            Kind = DowntimeKindCode.Unplanned, Relevance = RelevanceCode.Financial, Phase = DowntimePhaseCode.Opened};
        var closed = opened.Clone();
        (closed.Phase, closed.EndTime) = (DowntimePhaseCode.Closed, At(41));
        Reports.Add((hold.Id.Value, new Report {LotDisposition = hold}));
        Reports.Add((test.Id.Value, new Report {TestResult = test}));
        Reports.Add((release.Id.Value, new Report {LotDisposition = release}));
        Reports.Add((opened.Id.Value, new Report {Downtime = opened}));
        Reports.Add((opened.Id.Value, new Report {Downtime = closed}));
    }
}
