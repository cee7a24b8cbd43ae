using System.Globalization;
using System.Text;
using Wappa.Caching.Redis.Tests.Servers;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>What is asked of a record.</summary>
internal enum Verb
{
    Read,
    Set,
    Increment,
    Append,

    /// <summary>Another server takes over, with what it has: the answer tells what that is.</summary>
    TakeOver,
}

/// <summary>One operation; the number is set or appended.</summary>
internal readonly record struct Asked(Verb Verb, int Value);

/// <summary>A record: its number, and its last three items as text. Missing: 0 and nothing.</summary>
internal readonly record struct Content(long N, string Items);

/// <summary>What was answered: of a read the record, else the number it led to.</summary>
internal readonly record struct Answered(long Number, Content Seen);

/// <summary>Workers on one record, a new one for each thing that happens; each record's history must be one of operations made one after the
/// other, in which what nobody knows the outcome of happened or did not.</summary>
internal sealed class MixedHistory(IDocumentStore store)
{
    private const int Workers = 6;
    private const int CallsAround = 60;
    private const int UnhurriedCalls = 2_000;

    // What takes long must not make a history that takes longer to check.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    private const int ItemsKept = 3;

    private readonly List<HistoryRecorder<Asked, Answered>> _epochs = [];
    private volatile Epoch _now = new(-1, new());
    private int _values;
    private int _unknown;

    /// <summary>Lets the workers work while things happen, one after the other.</summary>
    internal async Task RunAsync(IEnumerable<Func<Task>> happenings)
    {
        using var end = new CancellationTokenSource();
        Begin();
        var workers = Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(worker, end.Token))).ToArray();
        try
        {
            foreach (var happening in happenings)
            {
                await ProgressAsync(workers);
                await happening();
                await ProgressAsync(workers);
                Begin();
            }
        }
        finally
        {
            await end.CancelAsync();
        }

        await Task.WhenAll(workers).WaitAsync(Eventually.Patience);
    }

    /// <summary>Has another server take over that may lack what was acknowledged. What it had then belongs to the history.</summary>
    /// <param name="takeOver">Given the present record's key in Redis; gives the hash there as names and values by turns.</param>
    internal Task TakeOverAsync(Func<string, Task<string[]>> takeOver)
    {
        var epoch = _now;
        return epoch.Recorder.RecordAsync(Workers, new(Verb.TakeOver, 0), async _ =>
        {
            var flat = await takeOver($"{epoch.Key.Tenant}:user:{epoch.Key.Owner}:{epoch.Key.Name}");
            var fields = flat.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
            var number = long.Parse(fields.GetValueOrDefault("n", "0"), CultureInfo.InvariantCulture);
            return new(0, new(number, fields.GetValueOrDefault("list", "[]")[1..^1]));
        });
    }

    /// <summary>Waits until the workers have had so many more answers.</summary>
    internal Task AnswersAsync(int more)
    {
        var (epoch, before) = (_now, Volatile.Read(ref _now.Answers));
        return Eventually.BeTrueAsync("more answers", () => Task.FromResult(Volatile.Read(ref epoch.Answers) >= before + more));
    }

    internal void Verify()
    {
        var checker = new LinearizabilityChecker<Content, Asked, Answered>(new(0, ""), Step);
        foreach (var epoch in _epochs) checker.FindViolation(epoch.Calls).ShouldBeNull();
        TestContext.Current.TestOutputHelper?.WriteLine($"{_epochs.Sum(epoch => epoch.Calls.Count)} calls in {_epochs.Count} histories, {_unknown} unknown");
    }

    private void Begin()
    {
        var recorder = new HistoryRecorder<Asked, Answered>();
        _epochs.Add(recorder);
        _now = new(_epochs.Count, recorder);
    }

    private async Task ProgressAsync(Task[] workers)
    {
        var (epoch, before) = (_now, Volatile.Read(ref _now.Answers));
        await Eventually.BeTrueAsync("workers that go on", () => Task.FromResult(
            workers.Any(worker => worker.IsCompleted) || Volatile.Read(ref epoch.Answers) >= before + CallsAround));
    }

    private async Task WorkAsync(int worker, CancellationToken end)
    {
        var random = new Random(worker);
        using var pace = new PeriodicTimer(Pace);
        while (!end.IsCancellationRequested)
        {
            var epoch = _now;
            if (Volatile.Read(ref epoch.Answers) > UnhurriedCalls) await pace.WaitForNextTickAsync(CancellationToken.None);
            var verb = random.Next(10) switch { < 3 => Verb.Read, 3 => Verb.Set, < 7 => Verb.Increment, _ => Verb.Append };
            try
            {
                await epoch.Recorder.RecordAsync(worker, new(verb, Interlocked.Increment(ref _values)), asked => AskAsync(epoch.Key, asked));
                Interlocked.Increment(ref epoch.Answers);
            }
            catch (CacheStoreException error) when (error.OutcomeUnknown)
            {
                Interlocked.Increment(ref _unknown);
            }
        }
    }

    private async ValueTask<Answered> AskAsync(RecordKey key, Asked asked)
    {
        var value = asked.Value.ToString(CultureInfo.InvariantCulture);
        switch (asked.Verb)
        {
            case Verb.Set:
                await store.ApplyAsync(key, new RecordChange.Set(CacheDocument.Parse($$"""{"n":{{value}}}""")));
                return default;
            case Verb.Increment:
                return new((await store.ApplyAsync(key, new RecordChange.Increment("n", CacheNumber.From(1)))).Number.ToInt64(), default);
            case Verb.Append:
                var append = new RecordChange.Append("list", Encoding.ASCII.GetBytes(value), ItemsKept);
                return new((await store.ApplyAsync(key, append)).Number.ToInt64(), default);
            default:
                var document = (await store.GetAsync(key)).Document;
                return new(0, new(document?.GetField<long>("n") ?? 0, string.Join(',', document?.GetField<int[]>("list") ?? [])));
        }
    }

    private static (bool Possible, Content Next) Step(Content state, HistoryCall<Asked, Answered> call)
    {
        var (asked, answer) = (call.Operation, call.Answer);
        switch (asked.Verb)
        {
            case Verb.Set:
                return (true, new(asked.Value, ""));
            case Verb.Increment:
                return (!call.IsAnswered || answer.Number == state.N + 1, state with { N = state.N + 1 });
            case Verb.Append:
                string[] items = [.. state.Items.Split(',', StringSplitOptions.RemoveEmptyEntries).Append($"{asked.Value}").TakeLast(ItemsKept)];
                return (!call.IsAnswered || answer.Number == items.Length, state with { Items = string.Join(',', items) });
            case Verb.TakeOver:
                return (true, answer.Seen);
            default:
                return (!call.IsAnswered || answer.Seen == state, state);
        }
    }

    private sealed class Epoch(int number, HistoryRecorder<Asked, Answered> recorder)
    {
        internal int Answers;

        internal RecordKey Key { get; } = RecordKey.User("hotel123", "1", $"mixed{number}");

        internal HistoryRecorder<Asked, Answered> Recorder => recorder;
    }
}
