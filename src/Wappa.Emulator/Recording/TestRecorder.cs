using System.Globalization;
using System.Text;

namespace Wappa.Emulator;

/// <summary>A conversation as source.</summary>
/// <param name="FileName">The class's name and <c>.cs</c>.</param>
/// <param name="Code">A whole file.</param>
internal sealed record RecordedTest(string FileName, string Code);

/// <summary>What the bot sent after a message of the customer.</summary>
/// <param name="Direct">The answers.</param>
/// <param name="Late">What came by itself, when its time had come.</param>
internal sealed record Answers(List<LocalMessage> Direct, List<LocalMessage> Late);

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
        var answers = Assign(said, local.World.MessagesOf(number.Id, customer.Id));
        (said, answers) = (said[first..(last + 1)], answers[first..(last + 1)]);
        var script = new RecordedScript(customer, said, local.Media);
        for (var index = 0; index < said.Count; index++) script.Write(said[index], answers[index]);
        var name = CSharpText.Pascal(customer.Name, "Customer") + "ConversationTests";
        return new(name + ".cs", Compose(name, number, customer, script, said));
    }

    // By the turn that sent it where that is known: two messages of one instant, or of a customer who did not wait, have each
    // their own answers. What a timer sent comes after the answers to what was said before.
    private List<Answers> Assign(IReadOnlyList<Said> said, IEnumerable<LocalMessage> messages)
    {
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < said.Count; index++) indexes[said[index].Id ?? ""] = index;
        var answers = said.Select(_ => new Answers([], [])).ToList();
        foreach (var message in messages.Where(message => message.Direction is MessageDirection.Out && message.At >= said[0].At))
        {
            var sender = timeline?.SenderOf(message.Id);
            if (sender?.Answers is { } id && indexes.TryGetValue(id, out var asked)) answers[asked].Direct.Add(message);
            else
            {
                var before = answers[Enumerable.Range(0, said.Count).Last(index => said[index].At <= message.At)];
                (sender?.Kind is null or "message" or "status" ? before.Direct : before.Late).Add(message);
            }
        }

        return answers;
    }

    private string Compose(string name, BusinessNumber number, Customer customer, RecordedScript script, IReadOnlyList<Said> said)
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
            ? $"\n            app => app.WithTenant({CSharpText.Literal(tenant)})," : "";
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
}
