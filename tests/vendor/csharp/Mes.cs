// A small MES that speaks gRPC with the adapter, as a vendor would write it: takes orders, answers each, reports a
// shift for it, and shows what became of every report. Needs the kit's protos only; `../run.sh csharp` builds it.
//
// What to copy from it: an order and its cursor are stored before the order is answered; a report is stored before it
// is sent, and is sent under the same id until there is a receipt; nothing is ever sent a second time under a new id.
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Isa95.Exchange.V1;
using Isa95.Flow.V1;

var options = new Dictionary<string, string> {
    ["adapter"] = "127.0.0.1:50051", ["site"] = "LEI", ["book"] = "book.json", ["makes"] = "BOTTLE-500", ["until"] = "0"};
for (var i = 0; i < args.Length; ++i) {
    var flag = args[i] is "--quality" or "--twice";
    options[args[i][2..]] = flag ? "yes" : args[++i];
}
return await new Mes(options).Run();

// What must survive a crash, in one file that is replaced as a whole. A real MES has a database for this.
public sealed class Book {
    public sealed class Delivery {
        public string Order { get; set; } = "";
        public uint Attempt { get; set; }
        public OrderDecision Decision { get; set; }
        public string Reason { get; set; } = "";
        public bool Told { get; set; }
    }
    public sealed class Entry {
        public string Id { get; set; } = "";
        public string Order { get; set; } = "";
        public string Body { get; set; } = "";  // a Report, as bytes in base 64
        public string State { get; set; } = "new";
        public string Outcome { get; set; } = "";
    }
    public string Cursor { get; set; } = "";
    public string FeedbackCursor { get; set; } = "";
    public SortedDictionary<ulong, Delivery> Deliveries { get; set; } = new();
    public List<Entry> Reports { get; set; } = new();

    public static Book Open(string file) =>
        File.Exists(file) ? JsonSerializer.Deserialize<Book>(File.ReadAllText(file))! : new Book();

    public void Store(string file) {
        using (var stream = new FileStream(file + ".tmp", FileMode.Create)) {
            stream.Write(JsonSerializer.SerializeToUtf8Bytes(this));
            stream.Flush(flushToDisk: true);
        }
        File.Move(file + ".tmp", file, overwrite: true);
    }
}

// Twice as long each time, at most five seconds, never in step with others.
public sealed class BackOff {
    private int _ms = 100;
    public void Reset() => _ms = 100;
    public Task Wait(RpcException error) {
        Console.WriteLine($"retry: {error.StatusCode.ToString().ToUpperInvariant()} {error.Status.Detail}");
        _ms = Math.Min(_ms * 2, 5_000);
        return Task.Delay((int)(_ms * (0.7 + 0.6 * Random.Shared.NextDouble())));
    }
}

public sealed class Mes {
    private static readonly TimeSpan DeadlineSpan = TimeSpan.FromSeconds(10);  // of a unary call; streams have none
    private static readonly HashSet<StatusCode> Again = new() {StatusCode.Unavailable, StatusCode.DeadlineExceeded,
        StatusCode.Internal, StatusCode.Unknown, StatusCode.Cancelled};  // else: call or contract is to be mended
    private static readonly HashSet<FeedbackOutcome> LastWords = new() {FeedbackOutcome.Posted, FeedbackOutcome.Reversed,
        FeedbackOutcome.Parked, FeedbackOutcome.Rejected};  // Pending is followed by another

    private readonly Dictionary<string, string> _options;
    private readonly string _site, _file;
    private readonly Book _book;  // under its own lock
    private readonly OrderExchangeService.OrderExchangeServiceClient _orders;
    private readonly ReportExchangeService.ReportExchangeServiceClient _reports;
    private readonly BackOff _backOff = new();
    private int _duplicates;

    public Mes(Dictionary<string, string> options) {
        (_options, _site, _file) = (options, options["site"], options["book"]);
        _book = Book.Open(_file);
        var handler = new SocketsHttpHandler {
            KeepAlivePingDelay = TimeSpan.FromSeconds(30), KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always, EnableMultipleHttp2Connections = true};
        var channel = GrpcChannel.ForAddress("http://" + options["adapter"], new GrpcChannelOptions {HttpHandler = handler});
        _orders = new OrderExchangeService.OrderExchangeServiceClient(channel);
        _reports = new ReportExchangeService.ReportExchangeServiceClient(channel);
    }

    private static DateTime Deadline() => DateTime.UtcNow + DeadlineSpan;

    // A stream that never ends: after a break it goes on behind the cursor that was stored last.
    private static async Task Follow<T>(Func<AsyncServerStreamingCall<T>> open, Action<T> take) {
        var own = new BackOff();
        while (true) {
            try {
                using var call = open();
                await foreach (var response in call.ResponseStream.ReadAllAsync()) {
                    own.Reset();
                    take(response);
                }
            } catch (RpcException error) {
                if (!Again.Contains(error.StatusCode)) {
                    Console.WriteLine($"STOP: stream: {error.Status}");
                    Environment.Exit(2);
                }
                await own.Wait(error);
            }
        }
    }

    private void TakeOrder(OrderDelivery delivery) {
        var (order, kind) = (delivery.Envelope.ProductionOrder, delivery.Envelope.Kind);
        var (decision, reason) = (OrderDecision.Accepted, "");
        var makes = _options["makes"].Split(',');
        if (kind != MessageKind.OrderRelease) {
            (decision, reason) = (OrderDecision.Rejected, "ORDER_STARTED");  // this MES begins at once
        } else if (!order.Segment.SelectMany(s => Shift.LinesOf(s, MaterialUseCode.Produced))
                       .All(line => makes.Contains(line.MaterialDefinitionId[0].Value))) {
            (decision, reason) = (OrderDecision.Rejected, "UNKNOWN_MATERIAL");
        }
        lock (_book) {
            if (_book.Deliveries.TryGetValue(delivery.DeliveryId, out var known)) {
                (known.Attempt, known.Told) = (delivery.Attempt, false);  // the same decision, for the new attempt
            } else {
                _book.Deliveries[delivery.DeliveryId] = new Book.Delivery {
                    Order = order.Id.Value, Attempt = delivery.Attempt, Decision = decision, Reason = reason};
                var shift = new Shift(order);
                if (decision == OrderDecision.Accepted) shift.Work();
                if (decision == OrderDecision.Accepted && _options.ContainsKey("quality")) shift.CheckQuality();
                foreach (var (id, report) in shift.Reports) {
                    _book.Reports.Add(new Book.Entry {
                        Id = id, Order = order.Id.Value, Body = Convert.ToBase64String(report.ToByteArray())});
                }
            }
            _book.Cursor = delivery.Cursor;
            _book.Store(_file);
        }
        Console.WriteLine($"order {order.Id.Value} attempt {delivery.Attempt} {kind} -> {decision.ToString().ToUpperInvariant()}");
    }

    private void TakeFeedback(Feedback news) {
        lock (_book) {
            var mine = _book.Reports.Where(report => report.Id == news.ReportId).ToList();
            var entry = mine.Find(report => !IsLast(report.Outcome)) ?? mine.LastOrDefault();
            if (entry != null) entry.Outcome = news.Outcome.ToString();
            _book.FeedbackCursor = news.Cursor;
            _book.Store(_file);
        }
        Console.WriteLine($"report {news.ReportId}: {news.Outcome.ToString().ToUpperInvariant()} {news.ErpDocument} " +
                          $"{news.ReasonCode} {news.OperatorText} {news.WhoActs}");
    }

    private static bool IsLast(string outcome) => LastWords.Any(word => word.ToString() == outcome);

    private async Task Answer(ulong deliveryId, Book.Delivery delivery) {
        var attempt = delivery.Attempt;
        var stale = false;
        try {
            await _orders.AcknowledgeOrderAsync(new AcknowledgeOrderRequest {
                Site = _site, DeliveryId = deliveryId, Attempt = attempt, Decision = delivery.Decision,
                ReasonCode = delivery.Reason}, deadline: Deadline());
            _backOff.Reset();
        } catch (RpcException error) {
            if (Again.Contains(error.StatusCode)) {
                await _backOff.Wait(error);
                return;
            }
            Console.WriteLine($"answer to {delivery.Order}: {error.Status}");
            stale = error.StatusCode == StatusCode.Aborted;  // it is on its way again, with another attempt
        }
        lock (_book) {
            if (delivery.Attempt == attempt) (delivery.Attempt, delivery.Told) = stale ? (0u, false) : (attempt, true);
            _book.Store(_file);
        }
    }

    private async Task Send(Book.Entry entry) {
        var state = "STOPPED";  // to be mended by a person; sent again it would fail again
        try {
            // Each kind has a call of its own; a batch takes all kinds, here one by one, and answers with a receipt each.
            var request = new ReportBatchRequest {Site = _site};
            request.Report.Add(Report.Parser.ParseFrom(Convert.FromBase64String(entry.Body)));
            var response = await _reports.ReportBatchAsync(request, deadline: Deadline());
            if (_options.ContainsKey("twice")) response = await _reports.ReportBatchAsync(request, deadline: Deadline());
            _backOff.Reset();
            var receipt = response.Receipt[0];
            state = receipt.Code.ToString().ToUpperInvariant();
            Console.WriteLine($"report {entry.Id}: receipt {state}");
            foreach (var f in receipt.Finding) Console.WriteLine($"  {f.Code}: {f.Message} {f.Mend} ({f.WhoActs})");
        } catch (RpcException error) {
            if (Again.Contains(error.StatusCode)) {
                await _backOff.Wait(error);
                return;
            }
            Console.WriteLine($"STOP: report {entry.Id}: {error.Status}");
        }
        if (state == "DUPLICATE") ++_duplicates;
        lock (_book) {
            entry.State = state;
            _book.Store(_file);
        }
    }

    // What to do next: an answer first, then a report whose order is answered.
    private (ulong Id, Book.Delivery? Delivery, Book.Entry? Report, bool Done) Next() {
        lock (_book) {
            var waiting = _book.Deliveries.FirstOrDefault(each => !each.Value.Told && each.Value.Attempt > 0);
            var told = _book.Deliveries.Values.Where(each => each.Told).Select(each => each.Order).ToList();
            var report = _book.Reports.Find(each => each.State == "new" && told.Contains(each.Order));
            var ended = _book.Reports.All(each => IsLast(each.Outcome) || each.State is "REFUSED" or "STOPPED");
            var until = int.Parse(_options["until"]);
            return (waiting.Key, waiting.Value, report, until > 0 && told.Count >= until && ended);
        }
    }

    public async Task<int> Run() {
        _ = Follow(() => _orders.StreamOrders(new StreamOrdersRequest {Site = _site, Cursor = _book.Cursor}),
            response => TakeOrder(response.Delivery));
        _ = Follow(() => _reports.StreamFeedback(new StreamFeedbackRequest {Site = _site, Cursor = _book.FeedbackCursor}),
            response => TakeFeedback(response.Feedback));
        while (true) {
            var next = Next();
            if (next.Delivery != null) await Answer(next.Id, next.Delivery);
            else if (next.Report != null) await Send(next.Report);
            else if (next.Done) break;
            else await Task.Delay(50);
        }
        var outcomes = _book.Reports.GroupBy(each => each.Outcome == "" ? each.State : each.Outcome).ToList();
        var counts = string.Join(", ", outcomes.Select(each => $"{each.Key} {each.Count()}"));
        Console.WriteLine($"done: {_book.Deliveries.Count} orders; {counts}; duplicates {_duplicates}");
        return outcomes.All(each => each.Key is "Posted" or "Reversed") ? 0 : 1;
    }
}
