using System.Diagnostics;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Random writes and reads of two nodes. Each write is noted when it was acknowledged, with its revision; a read that began later
/// than that by more than the promised bound must not show an older one.</summary>
internal sealed class StalenessRun(LayeredNode[] nodes, TimeSpan promised, RedisServer killing) : TwoNodesRun<DocumentRecord>(killing)
{
    private readonly Lock _gate = new();
    private readonly List<(long At, long Revision, long? EndsAt)>[] _acknowledged = [.. Enumerable.Range(0, Keys).Select(_ => new List<(long, long, long?)>())];

    // One write in a while, so that memory has something to serve.
    protected override async Task WriteAsync(int node, Random random)
    {
        for (var n = 0; !IsEnding; n++)
        {
            var index = random.Next(Keys);
            TimeSpan? ttl = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(50, 1500)) : null;
            try
            {
                var result = await nodes[node].Layered.ApplyAsync(
                    KeyOf(index), new RecordChange.Set(CacheDocument.Parse($$"""{"n":{{n}}}"""), ttl));
                Note(index, result.Record.Revision, ttl);
            }
            catch (CacheStoreException)
            {
                // killed meanwhile; what became of it is not known, and not noted
            }

            for (var pause = random.Next(200); pause > 0; pause--) await Task.Yield();
            await PauseAsync(random.Next(1, 15));
        }
    }

    protected override ValueTask<DocumentRecord> ReadAsync(int node, int index) => nodes[node].Layered.GetAsync(KeyOf(index));

    private void Note(int index, long revision, TimeSpan? ttl)
    {
        var now = Stopwatch.GetTimestamp();
        long? end = ttl is { } life ? now + (long)(life.TotalSeconds * Stopwatch.Frequency) : null;
        lock (_gate) _acknowledged[index].Add((now, revision, end));
    }

    protected override void Check(int index, DocumentRecord record, long began)
    {
        lock (_gate)
        {
            var due = _acknowledged[index].Where(write => Stopwatch.GetElapsedTime(write.At, began) > promised).ToArray();
            if (due.Length == 0) return;
            var newest = due.MaxBy(write => write.Revision);
            _acknowledged[index].RemoveAll(write => write.At < newest.At && write.Revision < newest.Revision);

            // A miss is right once the newest could have expired; nobody deletes.
            if (record.IsHit && record.Revision < newest.Revision)
                Problems.Enqueue($"Key {index} shows {record.Revision}, older than {newest.Revision}, beyond the bound.");
            if (record.IsHit && record.Revision == newest.Revision && newest.EndsAt < began)
                Problems.Enqueue($"Key {index} is served after its time to live.");
            if (!record.IsHit && newest.EndsAt is null && _acknowledged[index].All(write => write.EndsAt is null))
                Problems.Enqueue($"Key {index} is missing, and no write gave it a time to live.");
        }
    }

    private static RecordKey KeyOf(int index) => (index % 3) switch
    {
        0 => RecordKey.User("hotel123", $"{index}"),
        1 => RecordKey.State("hotel123", $"{index}", "pizza_order"),
        _ => RecordKey.Table("hotel123", TableKey.Row("products", $"{index}")),
    };
}
