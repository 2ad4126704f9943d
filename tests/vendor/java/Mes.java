import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.FileOutputStream;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.*;
import java.util.stream.Collectors;
import org.isa95.exchange.v1.*;
import org.isa95.flow.v1.*;

/**
 * A small MES that speaks gRPC with the adapter, as a vendor would write it: takes orders, answers each, reports a
 * shift for it, and shows what became of every report. Needs the kit's protos only; `../run.sh java` makes the stubs.
 *
 * <p>What to copy from it: an order and its cursor are stored before the order is answered; a report is stored before
 * it is sent, and is sent under the same id until there is a receipt; nothing is sent a second time under a new id.
 */
public final class Mes {
  static final int DEADLINE_S = 10; // of a unary call; streams have none
  static final Set<Status.Code> AGAIN = EnumSet.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED,
      Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.CANCELLED); // else: call or contract is to be mended
  static final Set<String> LAST_WORDS = Set.of("POSTED", "REVERSED", "PARKED", "REJECTED"); // PENDING goes on

  final Map<String, String> options = new HashMap<>(Map.of(
      "adapter", "127.0.0.1:50051", "site", "LEI", "book", "book.properties", "makes", "BOTTLE-500", "until", "0"));
  final Book book;
  final OrderExchangeServiceGrpc.OrderExchangeServiceBlockingStub orders;
  final ReportExchangeServiceGrpc.ReportExchangeServiceBlockingStub reports;
  final String site;
  final BackOff backOff = new BackOff();
  int duplicates = 0;

  static void say(Object... words) {
    System.out.println(
        Arrays.stream(words).map(String::valueOf).filter(w -> !w.isEmpty()).collect(Collectors.joining(" ")));
  }

  /** What must survive a crash, in one file that is replaced as a whole. A real MES has a database for this. */
  static final class Book {
    final Path path;
    final Properties all = new Properties();

    Book(String file) throws Exception {
      path = Path.of(file);
      if (Files.exists(path))
        try (var in = Files.newInputStream(path)) {
          all.load(in);
        }
    }
    synchronized String get(String key) {
      return all.getProperty(key, "");
    }
    synchronized void put(String... pairs) {
      for (int i = 0; i < pairs.length; i += 2) all.setProperty(pairs[i], pairs[i + 1]);
    }
    synchronized void store() {
      Path next = Path.of(path + ".tmp");
      try (var out = new FileOutputStream(next.toFile())) {
        all.store(out, null);
        out.getFD().sync();
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (Exception e) {
        throw new IllegalStateException("the book cannot be written", e);
      }
    }
    /** Numbers of the entries of this kind, such as delivery.7.attempt, in their order. */
    synchronized List<Long> numbers(String kind) {
      return all.stringPropertyNames()
          .stream()
          .filter(k -> k.startsWith(kind + "."))
          .map(k -> Long.valueOf(k.split("\\.")[1]))
          .distinct()
          .sorted()
          .toList();
    }
  }

  /** Twice as long each time, at most five seconds, never in step with others. */
  static final class BackOff {
    long ms = 100;
    void reset() {
      ms = 100;
    }
    void await(Status status) {
      say("retry:", status.getCode(), status.getDescription());
      ms = Math.min(ms * 2, 5_000);
      pause((long) (ms * ThreadLocalRandom.current().nextDouble(0.7, 1.3)));
    }
  }
  static void pause(long ms) {
    java.util.concurrent.locks.LockSupport.parkNanos(ms * 1_000_000);
  }

  Mes(String[] arguments) throws Exception {
    for (int i = 0; i < arguments.length; ++i) {
      boolean flag = Set.of("--quality", "--twice").contains(arguments[i]);
      options.put(arguments[i].substring(2), flag ? "yes" : arguments[++i]);
    }
    site = options.get("site");
    book = new Book(options.get("book"));
    ManagedChannel channel = NettyChannelBuilder.forTarget(options.get("adapter"))
                                 .usePlaintext()
                                 .keepAliveTime(30, TimeUnit.SECONDS)
                                 .keepAliveTimeout(10, TimeUnit.SECONDS)
                                 .keepAliveWithoutCalls(true)
                                 .build();
    orders = OrderExchangeServiceGrpc.newBlockingStub(channel);
    reports = ReportExchangeServiceGrpc.newBlockingStub(channel);
  }

  /** A stream that never ends: after a break it goes on behind the cursor that was stored last. */
  <T> void follow(Supplier<Iterator<T>> open, Consumer<T> take) {
    var own = new BackOff();
    var thread = new Thread(() -> {
      while (true) {
        try {
          for (var stream = open.get(); stream.hasNext(); own.reset()) take.accept(stream.next());
        } catch (StatusRuntimeException e) {
          if (!AGAIN.contains(e.getStatus().getCode())) {
            say("STOP: stream:", e.getStatus());
            Runtime.getRuntime().halt(2);
          }
          own.await(e.getStatus());
        }
      }
    });
    thread.setDaemon(true);
    thread.start();
  }

  void takeOrder(OrderDelivery delivery) {
    var order = delivery.getEnvelope().getProductionOrder();
    var kind = delivery.getEnvelope().getKind();
    String key = "delivery." + delivery.getDeliveryId() + ".", decision = "ACCEPTED", reason = "";
    boolean makes =
        order.getSegmentList()
            .stream()
            .flatMap(s -> Shift.linesOf(s, MaterialUseCode.MATERIAL_USE_CODE_PRODUCED).stream())
            .allMatch(
                line -> List.of(options.get("makes").split(",")).contains(line.getMaterialDefinitionId(0).getValue()));
    if (kind != MessageKind.MESSAGE_KIND_ORDER_RELEASE || !makes) { // this MES begins at once: nothing can be changed
      decision = "REJECTED";
      reason = kind == MessageKind.MESSAGE_KIND_ORDER_RELEASE ? "UNKNOWN_MATERIAL" : "ORDER_STARTED";
    }
    synchronized (book) {
      boolean known = !book.get(key + "order").isEmpty(); // delivered again: the same decision, for the new attempt
      book.put(key + "attempt", "" + delivery.getAttempt(), key + "told", "", "cursor", delivery.getCursor());
      if (!known)
        book.put(key + "order", order.getId().getValue(), key + "decision", decision, key + "reason", reason);
      var shift = new Shift(order);
      if (!known && decision.equals("ACCEPTED"))
        shift.work();
      if (!known && decision.equals("ACCEPTED") && options.containsKey("quality"))
        shift.checkQuality();
      long next = book.numbers("report").size();
      for (var report : shift.reports.entrySet()) {
        String as = "report." + ++next + ".", body = Base64.getEncoder().encodeToString(report.getKey().toByteArray());
        book.put(as + "body", body, as + "order", shift.name, as + "id", report.getValue(), as + "state", "new");
      }
      book.store();
    }
    say("order", order.getId().getValue(), "attempt", delivery.getAttempt(), kind, "->", decision);
  }

  void takeFeedback(Feedback news) {
    String outcome = news.getOutcome().name().replace("FEEDBACK_OUTCOME_", "");
    synchronized (book) {
      var mine = book.numbers("report")
                     .stream()
                     .map(n -> "report." + n + ".")
                     .filter(k -> book.get(k + "id").equals(news.getReportId()))
                     .toList();
      var open = mine.stream().filter(k -> !LAST_WORDS.contains(book.get(k + "outcome"))).findFirst();
      if (!mine.isEmpty())
        book.put(open.orElse(mine.get(mine.size() - 1)) + "outcome", outcome);
      book.put("feedback_cursor", news.getCursor());
      book.store();
    }
    say("report", news.getReportId() + ":", outcome, news.getErpDocument(), news.getReasonCode(),
        news.getOperatorText(), news.getWhoActs());
  }

  void answer(long number) {
    String key = "delivery." + number + ".", attempt = book.get(key + "attempt"), told = "yes";
    try {
      orders.withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)
          .acknowledgeOrder(AcknowledgeOrderRequest.newBuilder()
                                .setSite(site)
                                .setDeliveryId(number)
                                .setAttempt(Integer.parseInt(attempt))
                                .setReasonCode(book.get(key + "reason"))
                                .setDecision(OrderDecision.valueOf("ORDER_DECISION_" + book.get(key + "decision")))
                                .build());
      backOff.reset();
    } catch (StatusRuntimeException e) {
      if (AGAIN.contains(e.getStatus().getCode())) {
        backOff.await(e.getStatus());
        return;
      }
      say("answer to", book.get(key + "order") + ":", e.getStatus());
      if (e.getStatus().getCode() == Status.Code.ABORTED)
        told = "wait"; // it is on its way again, with another attempt
    }
    synchronized (book) {
      if (book.get(key + "attempt").equals(attempt))
        book.put(key + "told", told);
      book.store();
    }
  }

  void send(String key) throws Exception {
    var report = Report.parseFrom(Base64.getDecoder().decode(book.get(key + "body")));
    String state = "STOPPED"; // to be mended by a person; sent again it would fail again
    try {
      var stub = reports.withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS);
      // Each kind has a call of its own; a batch takes all kinds, here one by one, and answers with a receipt each.
      var request = ReportBatchRequest.newBuilder().setSite(site).addReport(report).build();
      if (options.containsKey("twice"))
        stub.reportBatch(request); // as when its answer was lost
      var receipt = stub.reportBatch(request).getReceipt(0);
      backOff.reset();
      state = receipt.getCode().name().replace("RECEIPT_CODE_", "");
      say("report", book.get(key + "id") + ":", "receipt", state);
      receipt.getFindingList().forEach(
          f -> say(" ", f.getCode() + ":", f.getMessage(), f.getMend(), "(" + f.getWhoActs() + ")"));
    } catch (StatusRuntimeException e) {
      if (AGAIN.contains(e.getStatus().getCode())) {
        backOff.await(e.getStatus());
        return;
      }
      say("STOP: report", book.get(key + "id") + ":", e.getStatus());
    }
    if (state.equals("DUPLICATE"))
      ++duplicates;
    book.put(key + "state", state);
    book.store();
  }

  void run() throws Exception {
    follow(()
               -> orders.streamOrders(
                   StreamOrdersRequest.newBuilder().setSite(site).setCursor(book.get("cursor")).build()),
        r -> takeOrder(r.getDelivery()));
    follow(()
               -> reports.streamFeedback(
                   StreamFeedbackRequest.newBuilder().setSite(site).setCursor(book.get("feedback_cursor")).build()),
        r -> takeFeedback(r.getFeedback()));
    int until = Integer.parseInt(options.get("until"));
    while (true) {
      var deliveries =
          book.numbers("delivery").stream().collect(Collectors.groupingBy(n -> book.get("delivery." + n + ".told")));
      var told = deliveries.getOrDefault("yes", List.of());
      var accepted = told.stream().map(n -> book.get("delivery." + n + ".order")).collect(Collectors.toSet());
      var all = book.numbers("report").stream().map(n -> "report." + n + ".").toList();
      var next = all.stream()
                     .filter(k -> book.get(k + "state").equals("new") && accepted.contains(book.get(k + "order")))
                     .findFirst();
      var ended = all.stream().filter(k
          -> LAST_WORDS.contains(book.get(k + "outcome"))
              || Set.of("REFUSED", "STOPPED").contains(book.get(k + "state")));
      if (deliveries.containsKey(""))
        answer(deliveries.get("").get(0));
      else if (next.isPresent())
        send(next.get());
      else if (until > 0 && told.size() >= until && ended.count() == all.size())
        break;
      else
        pause(50);
    }
    var counts = book.numbers("report")
                     .stream()
                     .map(n -> "report." + n + ".")
                     .collect(Collectors.groupingBy(k
                         -> book.get(k + "outcome").isEmpty() ? book.get(k + "state") : book.get(k + "outcome"),
                         TreeMap::new, Collectors.counting()));
    say("done:", book.numbers("delivery").size(), "orders;", counts + ";", "duplicates", duplicates);
    System.exit(Set.of("POSTED", "REVERSED").containsAll(counts.keySet()) ? 0 : 1);
  }

  public static void main(String[] arguments) throws Exception {
    new Mes(arguments).run();
  }
}
