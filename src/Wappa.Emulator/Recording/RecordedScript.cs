using System.Globalization;

namespace Wappa.Emulator;

/// <summary>The body of a recorded test, line by line.</summary>
internal sealed class RecordedScript
{
    private readonly List<LocalMessage> _answers = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed;
    private readonly RecordedSend _send;
    private readonly string _known;
    private DateTimeOffset _clock;

    internal RecordedScript(Customer customer, IReadOnlyList<Said> said, MediaShelf media)
    {
        Who = CSharpText.Variable(customer.Name, "customer");
        _clock = Floor(said[0].At);
        _known = $"{customer.Phone} {customer.UserId} {string.Join(' ', said.Select(each => each.Given.ToJsonString()))}";
        _changed = said.Select(each => RecordedSend.ChangedBy(each.Given)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        _send = new(Who, _answers, _names, media);
    }

    /// <summary>The customer's variable.</summary>
    internal string Who { get; }

    internal List<string> Lines { get; } = [];

    /// <summary>What the customer sent, and what came of it.</summary>
    internal void Write(Said said, Answers answers)
    {
        if (Lines.Count > 0) Lines.Add("");
        Advance(Floor(said.At));
        Send(said);
        Compare(answers.Direct, isAnswer: true);
        var late = new Queue<LocalMessage>(answers.Late);
        while (late.TryDequeue(out var first))
        {
            var together = new List<LocalMessage> { first };
            var due = Ceiling(first.At);
            while (late.TryPeek(out var next) && next.At <= due) together.Add(late.Dequeue());
            Advance(due);
            Compare(together, isAnswer: false);
        }
    }

    private void Send(Said said)
    {
        var call = _send.Call(said.Given);
        if (said.Id is null || !_changed.Contains(said.Id))
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
        // That one message has one answer is what everybody takes for granted.
        if (messages.Count != 1 || !isAnswer)
            Lines.Add(string.Create(CultureInfo.InvariantCulture, $"{Who}.Messages.Count.ShouldBe({_answers.Count});"));
        for (var index = 0; index < messages.Count; index++)
        {
            var isLast = index == messages.Count - 1;
            var who = isLast ? Who : string.Create(CultureInfo.InvariantCulture, $"{Who}.Messages[{before + index}]");
            Lines.AddRange(RecordedAnswer.Compare(messages[index], who, isLast, _known));
        }
    }

    private void Advance(DateTimeOffset to)
    {
        if (to <= _clock) return;
        Lines.Add($"await bot.Clock.AdvanceAsync({CSharpText.Span(to - _clock)});");
        _clock = to;
    }

    private static DateTimeOffset Floor(DateTimeOffset at) =>
        new(at.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    // What is due within a second has come at its end.
    private static DateTimeOffset Ceiling(DateTimeOffset at) => Floor(at + TimeSpan.FromTicks(TimeSpan.TicksPerSecond - 1));
}
