using System.Globalization;
using System.Text;

namespace Wappa.Emulator;

/// <summary>A conversation as source.</summary>
/// <param name="FileName">The class's name and <c>.cs</c>.</param>
/// <param name="Code">A whole file.</param>
internal sealed record RecordedTest(string FileName, string Code);

/// <summary>Writes a conversation down as a test of the harness in <c>Wappa.Testing</c>.</summary>
/// <param name="local">The WhatsApp it was held on.</param>
/// <param name="timeline">Tells answers from what came by itself; null: not known, all are answers.</param>
/// <param name="handler">The bot's handler; null: not known.</param>
internal sealed class TestRecorder(LocalWhatsApp local, TurnTimeline? timeline, Type? handler)
{
    private const int Indent = 8;

    /// <summary>Writes a test.</summary>
    /// <param name="number">The number written to.</param>
    /// <param name="customer">Who wrote.</param>
    /// <param name="from">The customer's message to begin with; null: the first.</param>
    /// <param name="to">The customer's message whose answers end it; null: the last.</param>
    /// <returns>Null: nothing was written there.</returns>
    internal RecordedTest? Record(BusinessNumber number, Customer customer, string? from, string? to)
    {
        var said = local.Said.Of(number.Id, customer.Id).ToList();
        var first = from is null ? 0 : said.FindIndex(each => each.Id == from);
        var last = to is null ? said.Count - 1 : said.FindIndex(each => each.Id == to);
        if (first < 0 || last < first) return null;
        var until = last + 1 < said.Count ? said[last + 1].At : DateTimeOffset.MaxValue;
        said = said[first..(last + 1)];
        var answers = local.World.MessagesOf(number.Id, customer.Id)
            .Where(message => message.Direction is MessageDirection.Out && message.At >= said[0].At && message.At < until);
        var script = new Script(customer, said, local.Media, timeline);
        script.Write(answers);
        var name = CSharpText.Pascal(customer.Name, "Customer") + "ConversationTests";
        return new(name + ".cs", Compose(name, number, customer, script, said));
    }

    private string Compose(string name, BusinessNumber number, Customer customer, Script script, IReadOnlyList<Said> said)
    {
        var isFamiliar = handler is { IsGenericType: false, Namespace: not null };
        var code = new StringBuilder();
        foreach (var space in new[] { isFamiliar ? handler!.Namespace : null, "Shouldly", "Wappa.Testing", "Xunit" }
            .OfType<string>().Order(StringComparer.Ordinal))
            code.Append(CultureInfo.InvariantCulture, $"using {space};\n");
        var first = said[0].Given.Object("text").Text("body") ?? said[0].Given.Text("type") ?? "";
        var handlerName = handler is null ? "YourHandler"
            : isFamiliar ? handler.FullName![(handler.Namespace!.Length + 1)..].Replace('+', '.') : handler.Name;
        var configure = number.Tenant is { } tenant && tenant != number.Id
            ? $"\n            bot => bot.WithTenant({CSharpText.Literal(tenant)})," : "";
        code.Append($$"""

            namespace Recorded;

            /// <summary>Recorded with the emulator.</summary>
            public class {{name}}
            {
                [Fact]
                public async Task Conversation_BeginningWith{{CSharpText.Pascal(first, "Something", 24)}}_GoesAsRecorded()
                {
                    await using var bot = await WappaTest.StartAsync<{{handlerName}}>({{configure}}
                        options: new() { Start = {{Instant(said[0].At)}} });
                    var {{script.Who}} = bot.Customer({{CustomerOf(customer)}});


            """.ReplaceLineEndings("\n"));
        foreach (var line in script.Lines) code.Append(line.Length == 0 ? "" : new string(' ', Indent) + line).Append('\n');
        return code.Append("    }\n}\n").ToString();
    }

    private static string CustomerOf(Customer customer) =>
        $"{CSharpText.Literal(customer.Name)}, phone: {CSharpText.Literal(customer.Phone)}" +
        (customer.Identity is CustomerIdentity.Username ? ", hidesNumber: true" : "");

    private static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("'new('yyyy, M, d, H, m, s', TimeSpan.Zero)'", CultureInfo.InvariantCulture);

    /// <summary>The body of the test, line by line.</summary>
    private sealed class Script
    {
        private readonly List<LocalMessage> _answers = [];
        private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
        private readonly IReadOnlyList<Said> _said;
        private readonly TurnTimeline? _timeline;
        private readonly RecordedSend _send;
        private readonly string _known;
        private DateTimeOffset _clock;

        internal Script(Customer customer, IReadOnlyList<Said> said, MediaShelf media, TurnTimeline? timeline)
        {
            (_said, _timeline) = (said, timeline);
            Who = CSharpText.Variable(customer.Name, "customer");
            _clock = Floor(said[0].At);
            _known = $"{customer.Phone} {customer.UserId} {string.Join(' ', said.Select(each => each.Given.ToJsonString()))}";
            _send = new(Who, _answers, _names, media);
        }

        internal string Who { get; }

        internal List<string> Lines { get; } = [];

        internal void Write(IEnumerable<LocalMessage> answers)
        {
            var changed = _said.Select(each => RecordedSend.ChangedBy(each.Given)).OfType<string>().ToHashSet(StringComparer.Ordinal);
            var rest = new Queue<LocalMessage>(answers);
            for (var index = 0; index < _said.Count; index++)
            {
                var until = index + 1 < _said.Count ? _said[index + 1].At : DateTimeOffset.MaxValue;
                if (index > 0) Lines.Add("");
                Send(_said[index], changed);
                Compare(Next(rest, until, isAnswer: true), isAnswer: true);
                while (Next(rest, until, isAnswer: false) is { Count: > 0 } late)
                {
                    // Rounded up: what is due must have come.
                    Advance(Floor(late[0].At + TimeSpan.FromTicks(TimeSpan.TicksPerSecond - 1)));
                    Compare(late, isAnswer: false);
                }
            }
        }

        private void Send(Said said, HashSet<string> changed)
        {
            Advance(Floor(said.At));
            var call = _send.Call(said.Given);
            if (said.Id is null || !changed.Contains(said.Id))
            {
                Lines.Add($"await {call};");
                return;
            }

            _names[said.Id] = string.Create(CultureInfo.InvariantCulture, $"sent{_names.Count + 1}");
            Lines.Add($"var {_names[said.Id]} = await {call};");
        }

        private void Compare(List<LocalMessage> messages, bool isAnswer)
        {
            var before = _answers.Count;
            _answers.AddRange(messages);
            if (messages.Count != 1 || !isAnswer) Lines.Add(string.Create(CultureInfo.InvariantCulture, $"{Who}.Messages.Count.ShouldBe({_answers.Count});"));
            for (var index = 0; index < messages.Count; index++)
            {
                var isLast = index == messages.Count - 1;
                var who = isLast ? Who : string.Create(CultureInfo.InvariantCulture, $"{Who}.Messages[{before + index}]");
                Lines.AddRange(RecordedAnswer.Compare(messages[index], who, isLast, _known));
            }
        }

        // What came by itself begins a group of its own: the clock has to move for it.
        private List<LocalMessage> Next(Queue<LocalMessage> rest, DateTimeOffset until, bool isAnswer)
        {
            var next = new List<LocalMessage>();
            while (rest.TryPeek(out var message) && message.At < until)
            {
                var isLate = _timeline?.KindOfSender(message.Id) is { } kind and not ("message" or "status") && kind.Length > 0;
                if (isLate && (isAnswer || (next.Count > 0 && message.At > next[0].At + TimeSpan.FromSeconds(1)))) break;
                next.Add(rest.Dequeue());
            }

            return next;
        }

        private void Advance(DateTimeOffset to)
        {
            if (to <= _clock) return;
            Lines.Add($"await bot.Clock.AdvanceAsync({CSharpText.Span(to - _clock)});");
            _clock = to;
        }

        private static DateTimeOffset Floor(DateTimeOffset at) =>
            new(at.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
    }
}
