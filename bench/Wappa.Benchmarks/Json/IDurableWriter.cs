namespace Wappa.Benchmarks.Json;

/// <summary>One way to make records durable.</summary>
internal interface IDurableWriter : IDisposable
{
    /// <summary>Writes one record; done when it is durable.</summary>
    /// <param name="writer">Who writes; each has one write under way at a time.</param>
    /// <param name="key">The record, 0 to <see cref="Payload.Keys"/> - 1.</param>
    ValueTask WriteAsync(int writer, int key);
}
