using System.Globalization;
using System.Text;

namespace Wappa.Caching.Json.Tests.Histories;

/// <summary>What is asked of a pair of records.</summary>
internal enum CrashVerb
{
    Read,
    Set,
    Increment,
    Append,
    Delete,
    Create,
    IncrementBoth,
}

/// <summary>One operation.</summary>
/// <param name="Verb">What is asked.</param>
/// <param name="Record">Of which of the two.</param>
/// <param name="Value">The number set or appended; different in every operation.</param>
internal readonly record struct CrashOperation(CrashVerb Verb, int Record, int Value)
{
    private const string Tenant = "crash";

    internal static CrashOperation Of(Random random, int value) => new(
        random.Next(20) switch
        {
            < 5 => CrashVerb.Read,
            < 8 => CrashVerb.Set,
            < 13 => CrashVerb.Increment,
            < 15 => CrashVerb.Append,
            15 => CrashVerb.Delete,
            16 => CrashVerb.Create,
            _ => CrashVerb.IncrementBoth,
        },
        random.Next(2), value);

    /// <summary>The two records of a pair, of one user so that a commit may change both.</summary>
    internal static RecordKey Key(int pair, int record) =>
        RecordKey.State(Tenant, $"user{pair}", record == 0 ? "left" : "right");

    internal async ValueTask<CrashAnswer> AskAsync(IDocumentStore store, int pair)
    {
        var key = Key(pair, Record);
        switch (Verb)
        {
            case CrashVerb.Read:
                return new(ChangeOutcome.Applied, Seen.Of(await store.GetAsync(key)));
            case CrashVerb.IncrementBoth:
                var both = await store.CommitAsync([new(Key(pair, 0), Add()), new(Key(pair, 1), Add())]);
                return new(ChangeOutcome.Applied, Seen.Of(both.Results[0].Record), Seen.Of(both.Results[1].Record));
            default:
                var result = await store.ApplyAsync(key, Change());
                return new(result.Outcome, Seen.Of(result.Record));
        }
    }

    private RecordChange Change() => Verb switch
    {
        CrashVerb.Set => new RecordChange.Set(Document()),
        CrashVerb.Increment => Add(),
        CrashVerb.Append => new RecordChange.Append("items", Encoding.UTF8.GetBytes($"{Value}"), 3),
        CrashVerb.Delete => new RecordChange.Delete(),
        _ => new RecordChange.CreateIfAbsent(Document()),
    };

    private CacheDocument Document() => CacheDocument.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"n":{{Value}}}"""));

    private static RecordChange.Increment Add() => new("n", CacheNumber.From(1));
}

/// <summary>A record as somebody saw it: its two fields, and its revision. Missing: nothing of all that, and 0.</summary>
internal readonly record struct Seen(bool IsThere, string N, string Items, long Revision)
{
    internal static Seen Of(in DocumentRecord record) => record.Document is { } document
        ? new(true, Field(document, "n"), Field(document, "items"), record.Revision)
        : default(Seen) with { N = "", Items = "" };

    private static string Field(CacheDocument document, string name) =>
        document.TryGetField(name, out var json) ? Encoding.UTF8.GetString(json) : "";
}

/// <summary>The answer to an operation: what became of it and the record after it, or of the read one.</summary>
internal readonly record struct CrashAnswer(ChangeOutcome Outcome, Seen First, Seen Second = default);
