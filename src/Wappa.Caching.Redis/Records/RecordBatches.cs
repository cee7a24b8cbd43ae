namespace Wappa.Caching.Redis.Records;

/// <summary>Many records at once: each database is a connection of its own, so each has its own batch, and all go out together.</summary>
internal static class RecordBatches
{
    // What one flush carries. Larger batches gain nothing and hold up the others on the connection.
    private const int MaxBatch = 1_000;

    /// <summary>Runs the batches and waits for all.</summary>
    /// <param name="layout">Where records stand.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="kindOf">The kind of each.</param>
    /// <param name="run">Sends one batch; positions are in order.</param>
    internal static async Task RunAsync(RecordLayout layout, int count, Func<int, RecordKind> kindOf, Func<RecordKind, int[], Task> run)
    {
        var databases = Enumerable.Range(0, count).GroupBy(i => layout.DatabaseOf(kindOf(i)));
        await Task.WhenAll(databases.Select(RunDatabaseAsync)).ConfigureAwait(false);

        async Task RunDatabaseAsync(IGrouping<int, int> positions)
        {
            foreach (var batch in positions.Chunk(MaxBatch)) await run(kindOf(batch[0]), batch).ConfigureAwait(false);
        }
    }
}
